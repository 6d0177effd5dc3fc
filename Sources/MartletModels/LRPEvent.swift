/// What happened to LRPs, in the words of Diego's instance event stream.
public enum LRPEvent: Hashable, Sendable {
    case desiredLRPCreated(DesiredLRP)
    case desiredLRPChanged(before: DesiredLRP, after: DesiredLRP)
    case desiredLRPRemoved(DesiredLRP)
    case actualLRPCreated(ActualLRP)
    case actualLRPChanged(before: ActualLRP, after: ActualLRP)
    case actualLRPRemoved(ActualLRP)
    case actualLRPCrashed(before: ActualLRP, after: ActualLRP)
}

/// The kinds of change that have a number in the store's table of events.
public enum StoreEvent: Hashable, Sendable {
    case lrp(LRPEvent)
    case task(TaskEvent)
    case featureFlagChanged(before: FeatureFlag, after: FeatureFlag, by: String)
    case cellAppeared(CellPresence)
    case cellDisappeared(CellPresence)
    case domainUpserted(Domain)
    /// Convergence held back stops that nobody had decided: so many of so many running instances.
    case brakeApplied(stops: Int, running: Int)
    /// Somebody decided that so many instances, which nobody wants any more, stop.
    case brakeReleased(by: String, instances: Int)
}

/// One row of the table of events.
public struct NumberedEvent: Hashable, Sendable {
    /// From 1, without gaps.
    public var number: Int64
    public var at: Timestamp
    public var event: StoreEvent

    public init(number: Int64, at: Timestamp, event: StoreEvent) {
        self.number = number
        self.at = at
        self.event = event
    }
}

extension Change where Record == ActualLRP {
    /// The events of one changed record, most urgent first (BBS sections 5.6.1 and 5.6.3).
    ///
    /// - Parameter crashed: the change is a reported crash, which is told even when the instance restarts at once.
    public func events(crashed: Bool = false) -> [LRPEvent] {
        switch (before, after) {
        case (nil, nil): []
        case (nil, let after?): [.actualLRPCreated(after)]
        case (let before?, nil): [.actualLRPRemoved(before)]
        case (let before?, let after?) where before == after: []
        case (let before?, let after?): changeEvents(before, after, crashed: crashed)
        }
    }

    private func changeEvents(_ before: ActualLRP, _ after: ActualLRP, crashed: Bool) -> [LRPEvent] {
        let crash: [LRPEvent] =
            crashed || after.state == .crashed ? [.actualLRPCrashed(before: before, after: after)] : []
        if after.state == .unclaimed && before.state != .unclaimed {
            return crash + [.actualLRPCreated(after), .actualLRPRemoved(before)]
        }
        return crash + [.actualLRPChanged(before: before, after: after)]
    }
}
