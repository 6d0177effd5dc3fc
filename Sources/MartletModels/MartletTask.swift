/// A process that runs to its end, once: Diego's Task.
///
/// Transitions are in `MartletTask+Transitions.swift`.
public struct MartletTask: Hashable, Sendable {
    /// What only makes sense in one state is carried by that state.
    public enum State: Hashable, Sendable {
        /// Waits for a cell. `rejectedBy` is the cell that it was on when it was rejected.
        case pending(rejectedBy: CellID?)
        case running(CellID)
        /// Has ended, and nobody has taken the outcome yet.
        case completed(TaskCompletion)
        /// Somebody is taking the outcome; then it is deleted.
        case resolving(TaskCompletion)

        public var name: StateName {
            switch self {
            case .pending: .pending
            case .running: .running
            case .completed: .completed
            case .resolving: .resolving
            }
        }
    }

    /// The numbers are those on the wire and in the database.
    public enum StateName: Int32, Hashable, Sendable, CaseIterable, CustomStringConvertible {
        case pending = 1
        case running = 2
        case completed = 3
        case resolving = 4

        /// As the BBS writes it.
        public var description: String {
            switch self {
            case .pending: "Pending"
            case .running: "Running"
            case .completed: "Completed"
            case .resolving: "Resolving"
            }
        }
    }

    /// Rejections that a task survives (BBS section 6.1).
    public static let defaultMaximumRetries = 3

    public let guid: TaskGUID
    public let domain: DomainName
    public let definition: TaskDefinition
    public let createdAt: Timestamp
    public internal(set) var updatedAt: Timestamp
    public internal(set) var state: State
    /// How often no cell took it, or a cell gave it back.
    public internal(set) var rejectionCount: Int = 0
    /// Why it was rejected last, cut to 1,024 bytes; stays when it starts.
    public internal(set) var rejectionReason: String = ""

    /// A new task waiting for a cell.
    public init(_ guid: TaskGUID, domain: DomainName, definition: TaskDefinition, at now: Timestamp) {
        self.guid = guid
        self.domain = domain
        self.definition = definition
        createdAt = now
        updatedAt = now
        state = .pending(rejectedBy: nil)
    }

    /// The cell that runs it, or the one that did where the record keeps that.
    public var cellID: CellID? {
        switch state {
        case .pending(let cell): cell
        case .running(let cell): cell
        case .completed(let completion), .resolving(let completion): completion.keptCell
        }
    }

    /// `nil` until it has ended.
    public var completion: TaskCompletion? {
        switch state {
        case .pending, .running: nil
        case .completed(let completion), .resolving(let completion): completion
        }
    }
}

/// How a task has ended.
public struct TaskCompletion: Hashable, Sendable {
    public var failed: Bool
    /// Empty unless it failed; cut to 1,024 bytes.
    public var failureReason: String
    /// The content of the result file; empty when it failed.
    public var result: String
    public var at: Timestamp
    /// The cell that it was on, which only convergence keeps when it ends a task (BBS section 5.7.2).
    public var keptCell: CellID?

    public init(failed: Bool, failureReason: String, result: String, at: Timestamp, keptCell: CellID? = nil) {
        self.failed = failed
        self.failureReason = failureReason
        self.result = result
        self.at = at
        self.keptCell = keptCell
    }
}

extension MartletTask {
    /// Every field at once, for what has been stored or received; the rules of transitions do not apply.
    public init(
        restoring guid: TaskGUID,
        domain: DomainName,
        definition: TaskDefinition,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        state: State,
        rejectionCount: Int,
        rejectionReason: String
    ) {
        self.guid = guid
        self.domain = domain
        self.definition = definition
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.state = state
        self.rejectionCount = rejectionCount
        self.rejectionReason = rejectionReason
    }

    /// What a client may ask for (BBS section 4.7).
    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.check(guid.matchesGUIDPattern, "task_guid")
        error.check((1...DesiredLRP.nameLimit).contains(domain.rawValue.utf8.count), "domain")
        do { try definition.validate() } catch let inner { error.add(inner) }
        try error.throwIfAny()
    }
}
