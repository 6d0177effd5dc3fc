import MartletLinux

/// "End what you do": passed down a tree of steps, from the container to its processes.
///
/// It is not the cancellation of a Swift task. A stop signal ends the app; cancelling the task ends only the agent's
/// interest in it, and the app runs on (design rule 6).
final class StopSignal: Sendable {
    /// A child whose user has ended needs no telling; a monitor makes one for each check.
    private struct Child {
        weak var signal: StopSignal?
    }

    private struct State {
        var isSet = false
        var children: [Child] = []
    }

    private let state = Locked(State())
    private let latch = Latch<Bool>()

    var isSet: Bool { state.withLock { $0.isSet } }

    /// Sets this signal and every one below it. Setting it again does nothing.
    func set() {
        let children = state.withLock { state in
            let isFirst = !state.isSet
            state.isSet = true
            return isFirst ? state.children : []
        }
        latch.finish(true)
        for child in children { child.signal?.set() }
    }

    /// A signal that is set with this one, and can be set alone.
    func child() -> StopSignal {
        let child = StopSignal()
        let isSet = state.withLock { state in
            state.children.removeAll { $0.signal == nil }
            state.children.append(Child(signal: child))
            return state.isSet
        }
        if isSet { child.set() }
        return child
    }

    /// Returns true once it is set, and false when the waiting task was cancelled first.
    func wait() async -> Bool { await latch.wait() ?? false }
}
