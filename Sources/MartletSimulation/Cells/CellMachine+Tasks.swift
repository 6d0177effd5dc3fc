import MartletLinux
import MartletModels

/// The containers of tasks.
extension CellMachine {
    /// Sorted by guid.
    var allTasks: [SimulatedTaskContainer] {
        held.withLock { $0.tasks.values.sorted { $0.guid < $1.guid } }
    }

    func task(_ guid: TaskGUID) -> SimulatedTaskContainer? { held.withLock { $0.tasks[guid] } }

    /// - Returns: false when there is no room, or the task is here already.
    func add(_ container: SimulatedTaskContainer) -> Bool {
        held.withLock { held in
            guard held.count < total.containers, held.tasks[container.guid] == nil else { return false }
            held.tasks[container.guid] = container
            return true
        }
    }

    /// Another container of the same task stays.
    func remove(_ container: SimulatedTaskContainer) {
        held.withLock { held in
            if held.tasks[container.guid]?.run == container.run { held.tasks[container.guid] = nil }
        }
    }

    /// - Returns: what it has become; `nil` when it is gone.
    @discardableResult
    func change(
        _ container: SimulatedTaskContainer,
        _ change: @Sendable (inout SimulatedTaskContainer) -> Void
    ) -> SimulatedTaskContainer? {
        held.withLock { held in
            guard var current = held.tasks[container.guid], current.run == container.run else { return nil }
            change(&current)
            held.tasks[container.guid] = current
            return current
        }
    }
}
