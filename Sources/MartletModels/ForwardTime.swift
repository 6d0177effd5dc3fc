/// What the clocks of a machine say at one moment.
public struct ClockReading: Hashable, Sendable {
    /// The wall clock, which an operator or a time server may set to anything.
    public var wall: Timestamp
    /// Since the machine started, with the time it slept. Never runs backwards.
    public var sinceStart: Duration
    /// Since the machine started, without the time it slept. Never runs backwards.
    public var awake: Duration

    public init(wall: Timestamp, sinceStart: Duration, awake: Duration) {
        self.wall = wall
        self.sinceStart = sinceStart
        self.awake = awake
    }
}

/// Wall-clock time that only goes forward: the wall clock, as long as that does not fall behind what has passed.
///
/// A wall clock that is set back is waited for, at the pace of the machine; one that is set ahead is followed at once,
/// and the step is noted, because whatever was due within it looks due now although nobody had the time.
public struct ForwardTime: Hashable, Sendable {
    /// A wall clock that is adjusted in small amounts does not step.
    public static let smallestStep = Duration.seconds(1)

    /// The newest time that was told; nothing older will be.
    public private(set) var now: Timestamp
    private var previous: ClockReading?
    private var steps: Duration?

    /// - Parameter floor: the clock never tells an older time.
    public init(floor: Timestamp = .epoch) { now = floor }

    /// The time at a reading that was made after all readings before it.
    ///
    /// Never older than the time before, and never less than the machine's running time later than it.
    @discardableResult
    public mutating func read(_ reading: ClockReading) -> Timestamp {
        defer { previous = reading }
        guard let previous else {
            now = max(now, reading.wall)
            return now
        }
        let awake = max(.zero, reading.awake - previous.awake)
        let passed = max(awake, reading.sinceStart - previous.sinceStart)
        let next = max(now + passed, reading.wall)
        let step = (now + awake).duration(to: next)
        if step > Self.smallestStep { steps = (steps ?? .zero) + step }
        now = next
        return now
    }

    /// Goes on from `floor` when the time is older, as when stored times show that it has been told before. Not a step.
    public mutating func raise(to floor: Timestamp) { now = max(now, floor) }

    /// By how much the time has stepped forward since this was asked last; `nil` when it only passed.
    ///
    /// Time that the machine slept counts too: nothing ran in it.
    public mutating func takeStep() -> Duration? {
        defer { steps = nil }
        return steps
    }
}
