import MartletLinux

/// A verb that waits for the writer, and where its answer goes.
struct PendingWrite: Sendable {
    /// Runs the verb and keeps its result; throws what the verb throws.
    let run: @Sendable (inout StoreTransaction) throws(StoreError) -> Void
    /// Replaces whatever result there is: the verb was undone.
    let fail: @Sendable (StoreError) -> Void
}

/// The answer of one verb: filled by the writer, read by the caller after its turn.
final class WriteAnswer<R: Sendable>: Sendable {
    private let result = Locked<Result<R, StoreError>?>(nil)

    /// Whether the writer has had its turn. Asked by the writer only, between turns.
    var isThere: Bool { result.withLock { $0 != nil } }

    func set(_ result: Result<R, StoreError>) { self.result.withLock { $0 = result } }

    /// - Precondition: the writer has had its turn.
    func get() throws(StoreError) -> R {
        guard let result = result.withLock({ $0 }) else { preconditionFailure("the writer has answered nobody") }
        return try result.get()
    }
}
