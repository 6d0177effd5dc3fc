import MartletLinux
import MartletModels

/// What this life of the agent is doing with its containers: who to tell to stop, and whose end to wait for.
final class ContainerWork: Sendable {
    typealias Deletion = Latch<Result<Void, ExecutorError>>

    /// The work of one container.
    struct Entry: Sendable {
        let stop = StopSignal()
        /// Finished when the container's tree has ended, or was left to the next life.
        let ended = Latch<Bool>()
        var isStarted = false
        /// The deletion that is under way.
        var deletion: Deletion?
    }

    private let entries = Locked<[InstanceGUID: Entry]>([:])

    /// - Returns: `nil` when the container has work already.
    func start(_ id: InstanceGUID) -> Entry? {
        entries.withLock { entries in
            var entry = entries[id] ?? Entry()
            guard !entry.isStarted else { return nil }
            entry.isStarted = true
            entries[id] = entry
            return entry
        }
    }

    subscript(_ id: InstanceGUID) -> Entry? { entries.withLock { $0[id] } }

    /// The deletion under way, or a new one that the caller has to carry out.
    func deletion(of id: InstanceGUID) -> (deletion: Deletion, isNew: Bool) {
        entries.withLock { entries in
            var entry = entries[id] ?? Entry()
            if let deletion = entry.deletion { return (deletion, false) }
            let deletion = Deletion()
            entry.deletion = deletion
            entries[id] = entry
            return (deletion, true)
        }
    }

    /// Ends a deletion. After a failed one the next begins anew; after a good one nothing is left to know.
    func finish(_ deletion: Deletion, of id: InstanceGUID, _ result: Result<Void, ExecutorError>) {
        entries.withLock { entries in
            switch result {
            case .success: entries[id] = nil
            case .failure: entries[id]?.deletion = nil
            }
        }
        deletion.finish(result)
    }

    /// Forgets a container whose work never began.
    func cancelStart(_ id: InstanceGUID) {
        entries.withLock { $0[id]?.isStarted = false }
    }
}
