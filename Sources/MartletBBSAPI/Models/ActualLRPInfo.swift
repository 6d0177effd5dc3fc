public import MartletModels
public import MartletProtobuf

/// What an instance-changed event says of an instance on either side of the change: all but its keys, internal
/// routes and metric tags (section 3.4).
public struct ActualLRPInfo: Hashable, Sendable {
    public var state: ActualLRP.StateName = .unclaimed
    public var presence: ActualLRP.Presence = .ordinary
    public var since: Timestamp = .epoch
    /// Without an address unless it runs.
    public var netInfo = ActualLRPNetInfo(address: "")
    public var crashCount = 0
    public var crashReason = ""
    public var placementError = ""
    public var modificationTag = ModificationTag(epoch: "")
    public var routable = false
    public var availabilityZone = ""

    init() {}

    public init(_ lrp: ActualLRP) {
        state = lrp.state.name
        presence = lrp.presence
        since = lrp.since
        netInfo = lrp.netInfo ?? netInfo
        crashCount = lrp.crashCount
        crashReason = lrp.crashReason
        placementError = lrp.placementError
        modificationTag = lrp.modificationTag
        routable = lrp.routable
        availabilityZone = lrp.availabilityZone
    }

    /// The record that this describes.
    func lrp(
        key: ActualLRPKey,
        instance: ActualLRPInstanceKey,
        internalRoutes: [String],
        metricTags: [String: String]
    ) -> ActualLRP {
        let payload: ActualLRP.State =
            switch state {
            case .unclaimed: .unclaimed
            case .claimed: .claimed(instance)
            case .running: .running(instance, netInfo)
            case .crashed: .crashed
            }
        return ActualLRP(
            restoring: key,
            presence: presence,
            state: payload,
            since: since,
            crashCount: crashCount,
            crashReason: crashReason,
            placementError: placementError,
            modificationTag: modificationTag,
            internalRoutes: internalRoutes,
            metricTags: metricTags,
            routable: routable,
            availabilityZone: availabilityZone
        )
    }
}

extension ActualLRPInfo: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        var parts = Parts()
        while let field = try reader.nextField() {
            switch field.number {
            case 11: routable = try field.bool
            case 12: availabilityZone = try field.string
            default: try readCommon(field, &parts)
            }
        }
        try finish(parts)
    }

    public func write(to writer: inout ProtobufWriter) {
        writeCommon(to: &writer)
        writer.bool(11, present: routable)
        writer.string(12, availabilityZone)
    }

    /// Submessages that may arrive in parts.
    struct Parts {
        var netInfo = ProtobufSubmessage()
        var modificationTag = ProtobufSubmessage()
    }

    /// Fields 3 to 10, whose numbers are the same in `ActualLRP`.
    mutating func readCommon(_ field: ProtobufField, _ parts: inout Parts) throws(ProtobufError) {
        switch field.number {
        case 3: try parts.netInfo.add(field)
        case 4: crashCount = Int(try field.int32)
        case 5: crashReason = try field.text
        case 6:
            guard let name = ActualLRP.StateName(rawValue: try field.string) else { throw .invalidValue(field: 6) }
            state = name
        case 7: placementError = try field.text
        case 8: since = Timestamp(nanoseconds: try field.int64)
        case 9: try parts.modificationTag.add(field)
        case 10:
            guard let value = ActualLRP.Presence(rawValue: try field.int32) else { throw .invalidValue(field: 10) }
            presence = value
        default: return
        }
    }

    mutating func finish(_ parts: Parts) throws(ProtobufError) {
        netInfo = try parts.netInfo.decoded() ?? netInfo
        modificationTag = try parts.modificationTag.decoded() ?? modificationTag
    }

    func writeCommon(to writer: inout ProtobufWriter) {
        writer.message(3, netInfo)
        writer.int32(4, Int32(clamping: crashCount))
        writer.string(5, crashReason)
        writer.string(6, state.rawValue)
        writer.string(7, placementError)
        writer.int64(8, since.nanoseconds)
        writer.message(9, modificationTag)
        writer.int32(10, presence.rawValue)
    }
}
