/// An event that happens once and carries a value: set by one, awaited by any number, before or after.
public final class Signalled<Value: Sendable>: Sendable {
    private enum State {
        case waiting([CheckedContinuation<Value, Never>])
        case set(Value)
    }

    private let state = Locked(State.waiting([]))

    public init() {}

    /// The value, once it is set. Not cancelled with the task: whoever sets it always comes.
    public var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let known: Value? = state.withLock { state in
                    switch state {
                    case .set(let value): return value
                    case .waiting(let others):
                        state = .waiting(others + [continuation])
                        return nil
                    }
                }
                if let known { continuation.resume(returning: known) }
            }
        }
    }

    /// The value if it is set already.
    public var current: Value? {
        state.withLock { state in
            if case .set(let value) = state { value } else { nil }
        }
    }

    /// Sets the value and wakes all who wait; only the first call counts.
    public func set(_ value: Value) {
        let waiting: [CheckedContinuation<Value, Never>] = state.withLock { current in
            guard case .waiting(let continuations) = current else { return [] }
            current = .set(value)
            return continuations
        }
        for continuation in waiting { continuation.resume(returning: value) }
    }
}
