public import MartletModels

/// What convergence needs of a task; small, so that many fit in memory. It is a function of the task.
public struct TaskSummary: Hashable, Sendable {
    /// Which task.
    public var guid: TaskGUID
    /// Without what belongs to the state.
    public var state: MartletTask.StateName
    /// The cell that runs it, or did.
    public var cellID: CellID?
    /// Whether `diego_docker` governs it.
    public var isDocker: Bool
    /// Whether its outcome has to be sent somewhere.
    public var hasCallback: Bool
    /// The rejection reason, when it is that of a refusal by policy and the task waits; otherwise empty.
    public var refusal: String
    /// How often no cell took it, or one gave it back.
    public var rejectionCount: Int
    /// When it was desired; from then on it may wait for `TaskRules.expirePendingAfter`.
    public var createdAt: Timestamp
    /// Of its last change; what is written because of a plan is refused when it has another one by then.
    public var updatedAt: Timestamp
    /// `nil` until it has ended.
    public var completedAt: Timestamp?

    /// From the columns of a row.
    public init(
        guid: TaskGUID,
        state: MartletTask.StateName,
        cellID: CellID?,
        isDocker: Bool,
        hasCallback: Bool,
        refusal: String,
        rejectionCount: Int,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        completedAt: Timestamp?
    ) {
        self.guid = guid
        self.state = state
        self.cellID = cellID
        self.isDocker = isDocker
        self.hasCallback = hasCallback
        self.refusal = refusal
        self.rejectionCount = rejectionCount
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.completedAt = completedAt
    }

    /// From the whole task.
    public init(_ task: MartletTask) {
        // The text alone does not say it: a client may reject a task with any text.
        let isDocker = task.definition.rootFS.isDocker
        let isRefused =
            isDocker && task.state.name == .pending && AdmissionRefusal.isRefusal(task.rejectionReason)
        self.init(
            guid: task.guid,
            state: task.state.name,
            cellID: task.cellID,
            isDocker: isDocker,
            hasCallback: !task.definition.completionCallbackURL.isEmpty,
            refusal: isRefused ? task.rejectionReason : "",
            rejectionCount: task.rejectionCount,
            createdAt: task.createdAt,
            updatedAt: task.updatedAt,
            completedAt: task.completion?.at
        )
    }
}
