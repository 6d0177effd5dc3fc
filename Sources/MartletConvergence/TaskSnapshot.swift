public import MartletModels

/// Everything that a plan for tasks is made from: some tasks as of one commit, and what was asked for lately.
///
/// A plan for many tasks is the sum of the plans for each, so a snapshot of those that may be due gives the same plan
/// as one of all.
public struct TaskSnapshot: Hashable, Sendable {
    /// The time that decides what is due.
    public var now: Timestamp
    /// Each at most once.
    public var tasks: [TaskSummary]
    /// The cells whose presence has not run out.
    public var liveCells: Set<CellID>
    /// What may run as of the same commit.
    public var policy: AdmissionPolicy
    /// When an auction was last asked for, for tasks that may still be on their way to a cell. Not stored: after a
    /// restart a task is at worst auctioned twice, and the second cell is refused.
    public var asked: [TaskGUID: Timestamp]
    /// When the newest cell appeared, so that what found no place before is tried again at once.
    public var cellAppearedAt: Timestamp?
    /// When a flag of the policy was last turned on or off; what was asked for before may have been refused on the way.
    public var flagChangedAt: Timestamp?
    /// What waits since before this is not on its way to any cell, unless `asked` knows of it.
    public var startedAt: Timestamp?
    /// The constants of the pass.
    public var rules: TaskRules

    /// What is left out is unknown, empty, or has its default.
    public init(
        now: Timestamp,
        tasks: [TaskSummary],
        liveCells: Set<CellID>,
        policy: AdmissionPolicy,
        asked: [TaskGUID: Timestamp] = [:],
        cellAppearedAt: Timestamp? = nil,
        flagChangedAt: Timestamp? = nil,
        startedAt: Timestamp? = nil,
        rules: TaskRules = TaskRules()
    ) {
        self.now = now
        self.tasks = tasks
        self.liveCells = liveCells
        self.policy = policy
        self.asked = asked
        self.cellAppearedAt = cellAppearedAt
        self.flagChangedAt = flagChangedAt
        self.startedAt = startedAt
        self.rules = rules
    }
}

/// The constants of task convergence; the defaults are Diego's (BBS section 6.1).
public struct TaskRules: Hashable, Sendable {
    /// How long a task may wait for a cell, or its outcome for whoever takes it, before that is tried again.
    public var kickAfter: Duration
    /// How long a task may wait for a cell in all.
    public var expirePendingAfter: Duration
    /// How long an outcome is kept that nobody takes.
    public var expireCompletedAfter: Duration

    /// All longer than 0.
    public init(
        kickAfter: Duration = .seconds(30),
        expirePendingAfter: Duration = .seconds(1_800),
        expireCompletedAfter: Duration = .seconds(120)
    ) {
        self.kickAfter = kickAfter
        self.expirePendingAfter = expirePendingAfter
        self.expireCompletedAfter = expireCompletedAfter
    }
}
