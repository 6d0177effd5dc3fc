public import MartletModels

/// A clock whose instants are ours, without its type: the machine's in production, a simulated one in tests.
public struct LoopClock: Sendable {
    private let readNow: @Sendable () -> Timestamp
    private let wait: @Sendable (Timestamp) async throws -> Void
    private let takeStep: @Sendable () -> Duration?

    /// - Parameter takeForwardStep: by how much the clock has stepped forward since it was asked last; a simulated clock
    ///   has no steps unless it is told how to tell them.
    public init<C: Clock<Duration>>(
        _ clock: C,
        takeForwardStep: @escaping @Sendable () -> Duration? = { nil }
    ) where C.Instant == Timestamp {
        takeStep = takeForwardStep
        readNow = { clock.now }
        wait = { try await clock.sleep(until: $0, tolerance: nil) }
    }

    /// The present time.
    public var now: Timestamp { readNow() }

    /// - Throws: `CancellationError`.
    func sleep(until deadline: Timestamp) async throws { try await wait(deadline) }

    /// By how much the clock has stepped forward since this was asked last, up to now: somebody set the wall clock, or
    /// the machine slept. `nil` when the time only passed.
    ///
    /// Cells that had no time to speak then look lost, all at once. Whoever judges by stored times asks first, and gives
    /// them time instead. A step is told once, so there is one who asks: the convergence loop.
    func takeForwardStep() -> Duration? { takeStep() }
}
