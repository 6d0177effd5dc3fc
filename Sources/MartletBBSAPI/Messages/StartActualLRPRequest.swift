public import MartletModels
public import MartletProtobuf

/// A cell says that an instance runs, and where it answers.
public struct StartActualLRPRequest: BBSRequest {
    public var key: ActualLRPKey?
    public var instance: ActualLRPInstanceKey?
    public var netInfo: ActualLRPNetInfo?
    public var internalRoutes: [String] = []
    public var metricTags: [String: String] = [:]
    /// Absent means routable.
    public var routable: Bool?
    public var availabilityZone = ""

    public init(key: ActualLRPKey?, instance: ActualLRPInstanceKey?, netInfo: ActualLRPNetInfo?) {
        self.key = key
        self.instance = instance
        self.netInfo = netInfo
    }

    public init(key: ActualLRPKey, _ start: ActualLRPStart) {
        self.init(key: key, instance: start.instance, netInfo: start.netInfo)
        internalRoutes = start.internalRoutes
        metricTags = start.metricTags
        routable = start.routable
        availabilityZone = start.availabilityZone
    }

    /// What the store's verb takes; `nil` unless `validate` passes.
    public var start: ActualLRPStart? {
        guard let instance, let netInfo else { return nil }
        return ActualLRPStart(
            instance: instance,
            netInfo: netInfo,
            internalRoutes: internalRoutes,
            metricTags: metricTags,
            routable: routable ?? true,
            availabilityZone: availabilityZone
        )
    }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(key: nil, instance: nil, netInfo: nil)
        var (key, instance, netInfo) = (ProtobufSubmessage(), ProtobufSubmessage(), ProtobufSubmessage())
        while let field = try reader.nextField() {
            switch field.number {
            case 1: try key.add(field)
            case 2: try instance.add(field)
            case 3: try netInfo.add(field)
            case 4: internalRoutes.append(try field.message(InternalRoute.self).hostname)
            case 5: try field.addText(to: &metricTags)
            case 6: routable = try field.bool
            case 7: availabilityZone = try field.string
            default: continue
            }
        }
        self.key = try key.decoded()
        self.instance = try instance.decoded()
        self.netInfo = try netInfo.decoded()
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.message(1, key)
        writer.message(2, instance)
        writer.message(3, netInfo)
        for hostname in internalRoutes { writer.nested(4) { $0.string(1, hostname) } }
        writer.stringMap(5, metricTags)
        writer.bool(6, present: routable)
        writer.string(7, availabilityZone)
    }

    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.require(key, "actual_lrp_key") { (key) throws(ValidationError) in try key.validate() }
        error.require(instance, "actual_lrp_instance_key") { (key) throws(ValidationError) in try key.validate() }
        error.require(netInfo, "actual_lrp_net_info") { (info) throws(ValidationError) in
            if info.address.isEmpty { throw ValidationError(invalid: "address") }
        }
        try error.throwIfAny()
    }
}
