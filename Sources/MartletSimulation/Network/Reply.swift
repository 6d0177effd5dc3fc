import MartletLinux

/// A place for one answer, and for one who waits for it. The first answer counts.
final class Reply<Answer: Sendable>: Sendable {
    private enum State {
        case empty
        case awaited(CheckedContinuation<Answer?, Never>)
        case answered(Answer?)
        case done
    }

    private let state = Locked(State.empty)

    /// - Parameter answer: `nil` when there will be none.
    func send(_ answer: Answer?) {
        let waiter = state.withLock { state -> CheckedContinuation<Answer?, Never>? in
            switch state {
            case .empty:
                state = .answered(answer)
                return nil
            case .awaited(let continuation):
                state = .done
                return continuation
            case .answered, .done: return nil
            }
        }
        waiter?.resume(returning: answer)
    }

    /// - Returns: `nil` when there will be no answer, or the task was cancelled.
    func wait() async -> Answer? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let early = state.withLock { state -> Answer?? in
                    guard case .answered(let answer) = state else {
                        state = .awaited(continuation)
                        return nil
                    }
                    state = .done
                    return .some(answer)
                }
                if let early { continuation.resume(returning: early) }
            }
        } onCancel: {
            send(nil)
        }
    }
}
