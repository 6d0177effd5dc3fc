import MartletModels
import MartletStore

/// Which Docker tasks ran when the flag was turned off, told from what happened afterwards. It grows with the tasks that
/// ran then and those that began since, not with the events that it is told.
struct TaskHistory: Sendable {
    struct Runner: Hashable, Sendable {
        let guid: TaskGUID
        let cell: CellID
        var goneAt: Timestamp?
    }

    /// What happens behind this event is not the flag's doing any more.
    private let end: Int64
    private var ran: [TaskGUID: Runner] = [:]
    /// Began only after the change, for example because a cell had just taken it.
    private var newcomers: Set<TaskGUID> = []

    /// - Parameter end: the event that set the flag again.
    init(end: Int64? = nil) { self.end = end ?? .max }

    mutating func note(_ change: TaskHolderChange) {
        guard change.isDocker, change.before != change.after, !newcomers.contains(change.guid) else { return }
        if let cell = change.before {
            if ran[change.guid] == nil { ran[change.guid] = Runner(guid: change.guid, cell: cell) }
            if change.number < end, ran[change.guid]?.goneAt == nil { ran[change.guid]?.goneAt = change.at }
        } else if ran[change.guid] == nil {
            newcomers.insert(change.guid)
        }
    }

    /// A task that runs now.
    mutating func noteNow(_ holder: TaskHolder) {
        guard !newcomers.contains(holder.guid), ran[holder.guid] == nil else { return }
        ran[holder.guid] = Runner(guid: holder.guid, cell: holder.cell)
    }

    /// By guid.
    var runners: [Runner] { ran.values.sorted { $0.guid < $1.guid } }
}
