import MartletLinux
import MartletModels
import MartletTestSupport

/// The clock of one life of a server, as in production: the wall clock of its process, except that it never runs
/// backwards.
final class ServerClock: Clock, Sendable {
    private let process: SimulatedProcess
    private let time = Locked(ForwardTime())

    init(_ process: SimulatedProcess) { self.process = process }

    var now: Timestamp {
        let reading = reading
        return time.withLock { $0.read(reading) }
    }

    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Timestamp, tolerance: Duration?) async throws {
        let left = now.duration(to: deadline)
        guard left > .zero else { return try Task.checkCancellation() }
        try await process.clock.sleep(until: process.now + left, tolerance: tolerance)
    }

    /// Goes on from the newest time that an earlier life told.
    func raise(to floor: Timestamp) {
        let reading = reading
        time.withLock { time in
            time.read(reading)
            time.raise(to: floor)
        }
    }

    func takeForwardStep() -> Duration? {
        let reading = reading
        return time.withLock { time in
            time.read(reading)
            return time.takeStep()
        }
    }

    private var reading: ClockReading {
        let passed = process.simulation.now - .epoch
        return ClockReading(wall: process.now, sinceStart: passed, awake: passed)
    }
}
