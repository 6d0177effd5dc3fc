/// An event that repeats: a call of `wake` ends the present wait, or the next one if nobody waits now.
public final class Wakeup: Sendable {
    private struct State {
        var pending = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Locked(State())

    public init() {}

    /// Waits for the next `wake`, or returns at once for one that nobody has waited for, or in a cancelled task. One
    /// waiter at a time.
    public func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    precondition(state.waiter == nil, "one waiter at a time")
                    if !state.pending && !Task.isCancelled { state.waiter = continuation }
                    defer { if state.waiter == nil { state.pending = false } }
                    return state.waiter == nil
                }
                if ready { continuation.resume() }
            }
        } onCancel: {
            wake()
        }
    }

    public func wake() {
        let waiter = state.withLock { state in
            let waiter = state.waiter
            state.waiter = nil
            state.pending = waiter == nil
            return waiter
        }
        waiter?.resume()
    }
}
