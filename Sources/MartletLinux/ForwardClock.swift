import Glibc
public import MartletModels

/// The clock of a role's loops and of its store: the machine's wall clock, except that it never runs backwards.
///
/// Stored times outlive the process, so they are wall-clock times; but a wall clock that is set back would keep lost
/// cells alive and let what is due wait for hours. `ForwardTime` has the rules. One instance serves a process:
/// two would disagree after a step.
public final class ForwardClock: Clock, Sendable {
    private let time = Locked(ForwardTime())

    public init() {}

    public var now: Timestamp { time.withLock { $0.read(.current()) } }

    public var minimumResolution: Duration { .nanoseconds(1) }

    /// Sleeps for what is left until `deadline`. A step of the wall clock meanwhile does not change how long.
    public func sleep(until deadline: Timestamp, tolerance: Duration?) async throws {
        let left = now.duration(to: deadline)
        guard left > .zero else { return try Task.checkCancellation() }
        try await Task.sleep(for: left, tolerance: tolerance, clock: .continuous)
    }

    /// Makes the clock go on from `floor`, the newest time that an earlier process told, when the wall clock is behind.
    ///
    /// - Returns: by how much the wall clock is behind; `nil` when it is not.
    @discardableResult
    public func raise(to floor: Timestamp) -> Duration? {
        time.withLock { time in
            let wall = time.read(.current())
            time.raise(to: floor)
            return floor > wall ? wall.duration(to: floor) : nil
        }
    }

    /// By how much the time has stepped forward since this was asked last, up to now; `nil` when it only passed.
    ///
    /// A step is told once, so there may be only one who asks.
    public func takeForwardStep() -> Duration? {
        time.withLock { time in
            time.read(.current())
            return time.takeStep()
        }
    }
}

extension ClockReading {
    /// The machine's clocks. The wall clock comes first, so that a pause between two of them does not look like a step.
    static func current() -> ClockReading {
        let wall = SystemClock().now
        return ClockReading(wall: wall, sinceStart: elapsed(CLOCK_BOOTTIME), awake: elapsed(CLOCK_MONOTONIC))
    }

    private static func elapsed(_ clock: clockid_t) -> Duration {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
