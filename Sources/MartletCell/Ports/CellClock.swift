public import MartletModels

/// The time of one cell: what the loops and steps of a cell read and wait on.
///
/// It erases the concrete clock, so that a container's task is the same code on the machine's clock and on a
/// simulated one.
public struct CellClock: Sendable {
    private let read: @Sendable () -> Timestamp
    private let wait: @Sendable (Timestamp) async throws -> Void

    public init<C: Clock<Duration>>(_ clock: C) where C.Instant == Timestamp {
        read = { clock.now }
        wait = { try await clock.sleep(until: $0, tolerance: nil) }
    }

    public var now: Timestamp { read() }

    /// Returns false when the task was cancelled before `deadline`.
    @discardableResult
    public func sleep(until deadline: Timestamp) async -> Bool {
        do { try await wait(deadline) } catch { return false }
        return !Task.isCancelled
    }

    /// Returns false when the task was cancelled meanwhile.
    @discardableResult
    public func sleep(for duration: Duration) async -> Bool {
        await sleep(until: now + duration)
    }

    /// Calls `pass` now and then `interval` after each call began, until cancelled. Passes never overlap.
    public func every(_ interval: Duration, _ pass: () async -> Void) async {
        while !Task.isCancelled {
            let began = now
            await pass()
            await sleep(until: began + interval)
        }
    }
}
