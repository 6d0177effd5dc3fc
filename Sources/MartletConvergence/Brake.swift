import MartletModels

/// Keeps a pass from stopping a large part of what runs because of something that nobody decided, such as a desired
/// state that has vanished.
public struct Brake: Hashable, Sendable {
    /// Share of the running instances, 0 to 1; more than that brakes.
    public var share: Double
    /// Fewer stops than this never brake.
    public var minimum: Int

    /// - Parameters:
    ///   - share: 0 to 1; 1 never brakes.
    ///   - minimum: a number of stops, from 0.
    public init(share: Double = 0.5, minimum: Int = 10) { (self.share, self.minimum) = (share, minimum) }

    /// - Parameters:
    ///   - stops: instances that would stop without a recorded decision.
    ///   - running: all instances that a cell holds.
    public func report(stops: Int, running: Int) -> BrakeReport? {
        guard stops >= minimum, Double(stops) > share * Double(running) else { return nil }
        return BrakeReport(stops: stops, running: running)
    }
}

/// Why the brake is on. Stops that an operator decided, by the flag or by a removal on record, go on regardless.
public struct BrakeReport: Hashable, Sendable, CustomStringConvertible {
    /// Instances that would have stopped without a recorded decision.
    public var stops: Int
    /// All instances that a cell held then.
    public var running: Int

    /// - Parameters:
    ///   - stops: of those without a recorded decision.
    ///   - running: of all.
    public init(stops: Int, running: Int) { (self.stops, self.running) = (stops, running) }

    /// For records, logs and operators; without a full stop.
    public var description: String {
        "a pass would stop \(stops) of \(running) running instances that nobody decided to stop; desire them again, or release the brake"
    }
}
