public import MartletModels

/// The clock of one simulated process.
public struct SimulatedProcessClock: Clock {
    let process: SimulatedProcess

    public var now: Timestamp { process.now }
    public var minimumResolution: Duration { .nanoseconds(1) }

    /// Sleeps for what is left until `deadline`; a step of the clock meanwhile does not stretch the sleep.
    public func sleep(until deadline: Timestamp, tolerance: Duration?) async throws {
        let left = now.duration(to: deadline)
        guard left > .zero else { return try Task.checkCancellation() }
        try await process.simulation.sleep(for: left)
    }
}
