import MartletLinux

/// Lets at most so many bodies run at a time; the others wait in order.
final class AsyncLimit: Sendable {
    private struct State {
        var free: Int
        var waiting: [Latch<Bool>] = []
    }

    private let state: Locked<State>

    init(_ limit: Int) {
        precondition(limit > 0, "a limit of \(limit) would never let anybody in")
        state = Locked(State(free: limit))
    }

    /// - Returns: `nil` when the task was cancelled before its turn.
    func run<R: Sendable>(_ body: () async -> R) async -> R? {
        let turn = Latch<Bool>()
        let isFree = state.withLock { state in
            if state.free > 0 {
                state.free -= 1
                return true
            }
            state.waiting.append(turn)
            return false
        }
        if !isFree, await turn.wait() == nil {
            leaveQueue(turn)
            return nil
        }
        defer { passOn() }
        return await body()
    }

    private func passOn() {
        let next = state.withLock { state -> Latch<Bool>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.finish(true)
    }

    /// A turn that came just as the task was cancelled goes to the next one.
    private func leaveQueue(_ turn: Latch<Bool>) {
        let wasWaiting = state.withLock { state in
            let before = state.waiting.count
            state.waiting.removeAll { $0 === turn }
            return state.waiting.count < before
        }
        if !wasWaiting { passOn() }
    }
}
