public import MartletModels

/// Everything that a plan is made from: some instances with all that is known of them as of one commit, and what was
/// asked for lately. A plan for many instances is the sum of the plans for each, so a snapshot of the few that may be
/// out of place gives the same answer as one of everything.
public struct ConvergenceSnapshot: Hashable, Sendable {
    /// The time that decides what is due; that of the read, not of the plan.
    public var now: Timestamp
    /// Of every process that `instances` names; one that is not here is not desired.
    public var desired: [ProcessGUID: DesiredLRPSummary]
    /// Each at most once. An instance that is desired and has no record is here without records.
    public var instances: [InstanceRecords]
    /// The cells whose presence has not run out.
    public var liveCells: Set<CellID>
    /// Domains whose desired LRPs are complete, so that what is not desired may be stopped.
    public var freshDomains: Set<DomainName>
    /// What may run as of the same commit.
    public var policy: AdmissionPolicy
    /// When an auction was last asked for, for keys that may still be on their way to a cell. Not stored: after a
    /// restart an instance is at worst auctioned twice, and the second cell is refused.
    public var asked: [ActualLRPKey: Timestamp]
    /// When the newest cell appeared, so that what found no place before is tried again at once.
    public var cellAppearedAt: Timestamp?
    /// When a flag of the policy was last turned on or off; what was asked for before may have been refused on the way.
    public var flagChangedAt: Timestamp?
    /// What waits since before this is not on its way to any cell, unless `asked` knows of it.
    public var startedAt: Timestamp?
    /// Set when stops that nobody decided are to be held back.
    public var brake: BrakeReport?
    /// The constants of the pass.
    public var rules: ConvergenceRules

    /// What is left out is unknown, empty, or has its default.
    public init(
        now: Timestamp,
        desired: [DesiredLRPSummary],
        instances: [InstanceRecords],
        liveCells: Set<CellID>,
        freshDomains: Set<DomainName>,
        policy: AdmissionPolicy,
        asked: [ActualLRPKey: Timestamp] = [:],
        cellAppearedAt: Timestamp? = nil,
        startedAt: Timestamp? = nil,
        brake: BrakeReport? = nil,
        rules: ConvergenceRules = ConvergenceRules()
    ) {
        self.now = now
        self.desired = Dictionary(desired.map { ($0.processGUID, $0) }) { first, _ in first }
        self.instances = instances
        self.liveCells = liveCells
        self.freshDomains = freshDomains
        self.policy = policy
        self.asked = asked
        self.cellAppearedAt = cellAppearedAt
        self.startedAt = startedAt
        self.brake = brake
        self.rules = rules
    }
}

/// The constants of a pass; the defaults are Diego's (BBS sections 5.4.2 and 6.1).
public struct ConvergenceRules: Hashable, Sendable {
    /// How long an instance may wait for a cell before another auction is asked for.
    public var staleAfter: Duration
    /// When a crashed instance is started again.
    public var restart: RestartPolicy

    /// - Parameter staleAfter: more than 0.
    public init(staleAfter: Duration = .seconds(30), restart: RestartPolicy = RestartPolicy()) {
        self.staleAfter = staleAfter
        self.restart = restart
    }

    /// The moment from which a waiting instance is due for another auction.
    func staleTime(of lrp: ActualLRP, asked: Timestamp?) -> Timestamp {
        max(lrp.since, asked ?? lrp.since) + staleAfter
    }
}
