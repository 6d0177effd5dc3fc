internal import MartletModels

/// Time as the client sees it, so that a test decides how it passes.
struct Timing: Sendable {
    var now: @Sendable () -> Timestamp
    /// Waits before another attempt; throws when cancelled.
    var pause: @Sendable (Duration) async throws -> Void
    /// Returns when something has taken too long, or at once when cancelled.
    var deadline: @Sendable (Duration) async -> Void
    /// 0 to 100 ms, so that cells that failed together do not return together.
    var jitter: @Sendable () -> Duration

    init<C: Clock<Duration>>(_ clock: C) where C.Instant == Timestamp {
        now = { clock.now }
        pause = { try await clock.sleep(until: clock.now.advanced(by: $0), tolerance: nil) }
        deadline = { try? await clock.sleep(until: clock.now.advanced(by: $0), tolerance: nil) }
        jitter = { .milliseconds(Int.random(in: 0...100)) }
    }

    init(
        now: @escaping @Sendable () -> Timestamp,
        pause: @escaping @Sendable (Duration) async throws -> Void,
        deadline: @escaping @Sendable (Duration) async -> Void,
        jitter: @escaping @Sendable () -> Duration
    ) {
        self.now = now
        self.pause = pause
        self.deadline = deadline
        self.jitter = jitter
    }

    static let headLimit = Duration.seconds(30)
    static let stallWindow = Duration.seconds(30)
    /// Fewer bytes than this in a window is a stall: 1 KiB/s.
    static let stallBytes = 30 << 10

    /// What `work` returns, or `nil` when it took longer than `limit`; then it is cancelled.
    func within<R: Sendable>(_ limit: Duration, _ work: @escaping @Sendable () async -> R) async -> R? {
        await withTaskGroup(of: R?.self) { group in
            group.addTask { await work() }
            group.addTask {
                await deadline(limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
