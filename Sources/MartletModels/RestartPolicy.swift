/// When a crashed instance may start again. The constants are Diego's (BBS section 5.4.2).
public struct RestartPolicy: Hashable, Sendable {
    /// Counts below this restart at once.
    public var immediateRestarts: Int
    /// Wait after the first crash that waits; doubles with each further one.
    public var baseDelay: Duration
    public var delayCap: Duration
    /// From this count on it never restarts by itself.
    public var maximumRestarts: Int
    /// A run longer than this makes the next crash the first.
    public var resetAfter: Duration

    public init(
        immediateRestarts: Int = 3,
        baseDelay: Duration = .seconds(30),
        delayCap: Duration = .seconds(960),
        maximumRestarts: Int = 200,
        resetAfter: Duration = .seconds(300)
    ) {
        self.immediateRestarts = immediateRestarts
        self.baseDelay = baseDelay
        self.delayCap = delayCap
        self.maximumRestarts = maximumRestarts
        self.resetAfter = resetAfter
    }

    /// How long to wait after the given crash; `nil` means for ever.
    public func delay(afterCrash count: Int) -> Duration? {
        if count < immediateRestarts { return .zero }
        guard count < maximumRestarts else { return nil }
        let exponent = min(count - immediateRestarts, 20)
        return min(baseDelay * (1 << exponent), delayCap)
    }

    /// The moment from which a crashed instance is due; `nil` when it is not crashed or never due again.
    public func restartTime(of lrp: ActualLRP) -> Timestamp? {
        guard case .crashed = lrp.state, let delay = delay(afterCrash: lrp.crashCount) else { return nil }
        return lrp.since + delay
    }
}
