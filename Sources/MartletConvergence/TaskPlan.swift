public import MartletModels

/// What one pass wants to change about tasks. Every list is sorted by guid and holds a task at most once, so plans
/// compare with `==`.
///
/// Items are independent of each other and safe to apply twice; each store verb checks its own again. What demotes a
/// task comes before what deletes it or has it delivered.
public struct TaskPlan: Hashable, Sendable {
    /// Has waited for a cell for too long: fails.
    public var expire: [SeenTask] = []
    /// Waits although it is not admitted: put the reason on it.
    public var refuse: [RefusedTask] = []
    /// Has waited too long since the last try, found no place before a new cell appeared, or is admitted again: ask for
    /// an auction.
    public var auction: [TaskGUID] = []
    /// Its cell is gone: fails.
    public var lose: [SeenTask] = []
    /// Runs although it is not admitted: fails with the reason, and its cell is told to drop it.
    public var stop: [StoppedTask] = []
    /// Whoever took its outcome has not come back: the next one may.
    public var demote: [SeenTask] = []
    /// Nobody took its outcome for too long.
    public var delete: [SeenTask] = []
    /// Its outcome is to be sent: because this pass ends it, or because that has not succeeded for a while.
    public var deliver: [TaskGUID] = []
    /// The earliest moment at which a task of the snapshot becomes due by itself; `nil` when none will.
    public var nextDue: Timestamp?

    /// A plan without items.
    public init() {}

    /// Whether there is nothing to change.
    public var isEmpty: Bool {
        var other = TaskPlan()
        other.nextDue = nextDue
        return self == other
    }

    /// The plan less every item of these tasks.
    func without(_ tasks: Set<TaskGUID>) -> TaskPlan {
        var plan = self
        for list in [\TaskPlan.expire, \.lose, \.demote, \.delete] {
            plan[keyPath: list].removeAll { tasks.contains($0.guid) }
        }
        for list in [\TaskPlan.auction, \.deliver] { plan[keyPath: list].removeAll(where: tasks.contains) }
        plan.refuse.removeAll { tasks.contains($0.task.guid) }
        plan.stop.removeAll { tasks.contains($0.task.guid) }
        return plan
    }

    mutating func sort() {
        for list in [\TaskPlan.expire, \.lose, \.demote, \.delete] { self[keyPath: list].sort { $0.guid < $1.guid } }
        for list in [\TaskPlan.auction, \.deliver] { self[keyPath: list].sort() }
        refuse.sort { $0.task.guid < $1.task.guid }
        stop.sort { $0.task.guid < $1.task.guid }
    }
}

/// A task as the plan saw it; a verb does nothing when it has been changed since.
public struct SeenTask: Hashable, Sendable, CustomStringConvertible {
    /// Which task.
    public var guid: TaskGUID
    /// Of its last change that the plan knew of.
    public var updatedAt: Timestamp

    /// - Parameter updatedAt: a task with another time is left alone.
    public init(guid: TaskGUID, updatedAt: Timestamp) { (self.guid, self.updatedAt) = (guid, updatedAt) }
    /// The task as it was read.
    public init(_ task: TaskSummary) { self.init(guid: task.guid, updatedAt: task.updatedAt) }

    /// Its guid.
    public var description: String { guid.rawValue }
}

/// A waiting task that may not run, and the rejection reason that says why.
public struct RefusedTask: Hashable, Sendable, CustomStringConvertible {
    /// Which task.
    public var task: SeenTask
    /// What is put on it; names the flag.
    public var reason: String

    /// - Parameter reason: as `AdmissionRefusal` words it.
    public init(task: SeenTask, reason: String) { (self.task, self.reason) = (task, reason) }

    /// The guid and the reason.
    public var description: String { "\(task): \(reason)" }
}

/// A running task that may not run.
public struct StoppedTask: Hashable, Sendable, CustomStringConvertible {
    /// Which task.
    public var task: SeenTask
    /// Who is to drop it.
    public var cellID: CellID
    /// The failure reason.
    public var reason: String

    /// - Parameter reason: as `AdmissionRefusal` words it.
    public init(task: SeenTask, cellID: CellID, reason: String) {
        (self.task, self.cellID, self.reason) = (task, cellID, reason)
    }

    /// The guid, the cell and the reason.
    public var description: String { "\(task) on \(cellID): \(reason)" }
}

extension TaskPlan: CustomStringConvertible {
    /// One line an item, as a log or an operator reads it; "nothing to do" when there is none.
    public var description: String {
        let lines = items.map(\.description)
        return lines.isEmpty ? "nothing to do" : lines.joined(separator: "\n")
    }

    /// How many items of each kind; kinds without items are left out.
    public var counts: [String: Int] { items.reduce(into: [:]) { $0[$1.verb.rawValue, default: 0] += 1 } }

    /// One thing to do, for printing and for records.
    public struct Item: Hashable, Sendable, CustomStringConvertible {
        /// What is done; the lists of the plan by the names that records and logs use.
        public enum Verb: String, Hashable, Sendable {
            case expire = "expire-task", refuse = "refuse-task", auction = "auction-task", lose = "lose-task"
            case stop = "stop-task", demote = "demote-task", delete = "delete-task", deliver = "deliver-task"
        }

        /// What is done.
        public var verb: Verb
        /// To which task.
        public var guid: TaskGUID
        /// Why and where, in words; empty when the verb says it all.
        public var detail: String

        /// The verb, the task, and after a colon the detail.
        public var description: String { "\(verb.rawValue) \(guid)\(detail.isEmpty ? "" : ": \(detail)")" }
    }

    /// Everything in the plan, in the order in which it is applied.
    public var items: [Item] {
        items(.expire, expire.map(\.guid)) + items(.lose, lose.map(\.guid))
            + stop.map { Item(verb: .stop, guid: $0.task.guid, detail: "on \($0.cellID), \($0.reason)") }
            + refuse.map { Item(verb: .refuse, guid: $0.task.guid, detail: $0.reason) }
            + items(.demote, demote.map(\.guid)) + items(.delete, delete.map(\.guid)) + items(.deliver, deliver)
            + items(.auction, auction)
    }

    private func items(_ verb: Item.Verb, _ guids: [TaskGUID]) -> [Item] {
        guids.map { Item(verb: verb, guid: $0, detail: "") }
    }
}
