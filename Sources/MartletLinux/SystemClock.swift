import Glibc
public import MartletModels

/// The machine's wall clock, for times that other programs and machines set: dates of answers, times of files.
///
/// It may be set to anything at any moment. What a role remembers and waits for goes by `ForwardClock`.
public struct SystemClock: Clock, Sendable {
    public init() {}

    public var now: Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    public var minimumResolution: Duration { .nanoseconds(1) }

    /// Sleeps for what is left until `deadline`. A step of the wall clock meanwhile does not stretch the sleep.
    public func sleep(until deadline: Timestamp, tolerance: Duration?) async throws {
        let left = now.duration(to: deadline)
        guard left > .zero else { return try Task.checkCancellation() }
        try await Task.sleep(for: left, tolerance: tolerance, clock: .continuous)
    }
}
