import MartletLinux

/// Lets so many through at a time, the others in the order in which they came.
final class Gate: Sendable {
    private typealias Waiter = CheckedContinuation<Bool, Never>

    private struct State {
        var free: Int
        var queue: [Int] = []
        var continuations: [Int: Waiter] = [:]
        var lastTicket = 0
    }

    private let state: Locked<State>

    init(_ count: Int) {
        precondition(count > 0, "a gate that lets nobody through")
        state = Locked(State(free: count))
    }

    /// Runs `body` when it is its turn.
    /// - Returns: nothing when the task was cancelled before that.
    func pass<R: Sendable>(_ body: () async -> R) async -> R? {
        guard await enter() else { return nil }
        let result = await body()
        leave()
        return result
    }

    private func enter() async -> Bool {
        let ticket: Int? = state.withLock { state in
            guard state.free == 0 else {
                state.free -= 1
                return nil
            }
            state.lastTicket += 1
            state.queue.append(state.lastTicket)
            return state.lastTicket
        }
        guard let ticket else { return true }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { wait(ticket, $0) }
        } onCancel: {
            abandon(ticket)
        }
    }

    /// The turn may have come, or the task been cancelled, before the continuation existed.
    private func wait(_ ticket: Int, _ continuation: Waiter) {
        let answer: Bool? = state.withLock { state in
            guard let place = state.queue.firstIndex(of: ticket) else { return true }
            guard !Task.isCancelled else {
                state.queue.remove(at: place)
                return false
            }
            state.continuations[ticket] = continuation
            return nil
        }
        if let answer { continuation.resume(returning: answer) }
    }

    private func abandon(_ ticket: Int) {
        let continuation: Waiter? = state.withLock { state in
            guard let continuation = state.continuations.removeValue(forKey: ticket) else { return nil }
            state.queue.removeAll { $0 == ticket }
            return continuation
        }
        continuation?.resume(returning: false)
    }

    private func leave() {
        let next: Waiter? = state.withLock { state in
            guard let ticket = state.queue.first else {
                state.free += 1
                return nil
            }
            state.queue.removeFirst()
            return state.continuations.removeValue(forKey: ticket)
        }
        next?.resume(returning: true)
    }
}
