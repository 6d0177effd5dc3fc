import MartletModels

/// What sets off a convergence pass.
enum ConvergenceTrigger: String, Hashable, Sendable {
    case start
    /// The safety net.
    case interval
    /// Something has become due: a restart, another auction, the end of a presence.
    case due
    case desiredChanged = "desired-changed"
    case flagChanged = "flag-changed"
    case cellAppeared = "cell-appeared"
    case cellDisappeared = "cell-disappeared"
    /// A record went away, so an index may be missing.
    case instanceRemoved = "instance-removed"
    case crashed
    /// The pass before has made work for another one.
    case followUp = "follow-up"
    /// Events were missed.
    case resubscribed
    case brakeReleased = "brake-released"

    /// `nil` for events after which nothing can be out of place.
    init?(_ event: StoreEvent) {
        switch event {
        case .lrp(.desiredLRPCreated), .lrp(.desiredLRPChanged), .lrp(.desiredLRPRemoved): self = .desiredChanged
        case .lrp(.actualLRPRemoved(let lrp)) where lrp.presence == .ordinary: self = .instanceRemoved
        case .lrp(.actualLRPCrashed): self = .crashed
        case .lrp(.actualLRPCreated), .lrp(.actualLRPChanged), .lrp(.actualLRPRemoved): return nil
        case .task: return nil
        case .featureFlagChanged: self = .flagChanged
        case .cellAppeared: self = .cellAppeared
        case .cellDisappeared: self = .cellDisappeared
        case .domainUpserted: return nil
        }
    }
}
