public import MartletModels
import MartletProtobuf

/// One event of the instance stream, as it is on the wire (sections 1.8.4 and 3.7).
///
/// It tells less than an `LRPEvent`: an instance that changed comes without its internal routes and metric tags.
public enum InstanceEvent: Hashable, Sendable {
    case desiredLRPCreated(DesiredLRP)
    case desiredLRPChanged(before: DesiredLRP, after: DesiredLRP)
    case desiredLRPRemoved(DesiredLRP)
    case actualLRPCreated(ActualLRP)
    case actualLRPChanged(ActualLRPKey, ActualLRPInstanceKey?, before: ActualLRPInfo, after: ActualLRPInfo)
    case actualLRPRemoved(ActualLRP)
    case actualLRPCrashed(ActualLRPKey, ActualLRPInstanceKey?, count: Int, reason: String, since: Timestamp)

    public init(_ event: LRPEvent) {
        switch event {
        case .desiredLRPCreated(let lrp): self = .desiredLRPCreated(lrp)
        case .desiredLRPChanged(let before, let after): self = .desiredLRPChanged(before: before, after: after)
        case .desiredLRPRemoved(let lrp): self = .desiredLRPRemoved(lrp)
        case .actualLRPCreated(let lrp): self = .actualLRPCreated(lrp)
        case .actualLRPRemoved(let lrp): self = .actualLRPRemoved(lrp)
        case .actualLRPChanged(let before, let after):
            self = .actualLRPChanged(
                after.key,
                after.instanceKey ?? before.instanceKey,
                before: ActualLRPInfo(before),
                after: ActualLRPInfo(after)
            )
        case .actualLRPCrashed(let before, let after):
            self = .actualLRPCrashed(
                after.key,
                before.instanceKey,
                count: after.crashCount,
                reason: after.crashReason,
                since: after.since
            )
        }
    }

    /// The event type of the stream's frame.
    public var name: String {
        switch self {
        case .desiredLRPCreated: "desired_lrp_created"
        case .desiredLRPChanged: "desired_lrp_changed"
        case .desiredLRPRemoved: "desired_lrp_removed"
        case .actualLRPCreated: "actual_lrp_instance_created"
        case .actualLRPChanged: "actual_lrp_instance_changed"
        case .actualLRPRemoved: "actual_lrp_instance_removed"
        case .actualLRPCrashed: "actual_lrp_crashed"
        }
    }

    /// Whether a subscriber who asked for one cell gets it (section 1.8.5).
    public func passes(_ filter: EventsByCellIDRequest) -> Bool {
        guard !filter.cellID.isEmpty else { return true }
        switch self {
        case .desiredLRPCreated, .desiredLRPChanged, .desiredLRPRemoved: return true
        case .actualLRPCreated(let lrp), .actualLRPRemoved(let lrp): return lrp.instanceKey?.cellID == filter.cellID
        case .actualLRPChanged(_, let instance, _, _), .actualLRPCrashed(_, let instance, _, _, _):
            return instance?.cellID == filter.cellID
        }
    }
}
