public import MartletModels

/// A clock whose instants are ours, without its type: the machine's in production, a simulated one in tests.
public struct LoopClock: Sendable {
    private let readNow: @Sendable () -> Timestamp
    private let wait: @Sendable (Timestamp) async throws -> Void

    public init<C: Clock<Duration>>(_ clock: C) where C.Instant == Timestamp {
        readNow = { clock.now }
        wait = { try await clock.sleep(until: $0, tolerance: nil) }
    }

    public var now: Timestamp { readNow() }

    /// - Throws: `CancellationError`.
    func sleep(until deadline: Timestamp) async throws { try await wait(deadline) }
}
