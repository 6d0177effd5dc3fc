public import MartletModels
public import MartletProtobuf

extension ActualLRP: ProtobufMessage {
    /// - Throws: `.invalidValue` for a state or presence that does not exist.
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        var (key, instance) = (ProtobufSubmessage(), ProtobufSubmessage())
        var internalRoutes: [String] = []
        var metricTags: [String: String] = [:]
        var info = ActualLRPInfo()
        var parts = ActualLRPInfo.Parts()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: try key.add(field)
            case 2: try instance.add(field)
            case 11: internalRoutes.append(try field.message(InternalRoute.self).hostname)
            case 12: try field.addText(to: &metricTags)
            case 13: info.routable = try field.bool
            case 14: info.availabilityZone = try field.string
            default: try info.readCommon(field, &parts)
            }
        }
        try info.finish(parts)
        let noKey = ActualLRPKey(processGUID: ProcessGUID(""), index: 0, domain: DomainName(""))
        self = info.lrp(
            key: try key.decoded() ?? noKey,
            instance: try instance.decoded() ?? .nobody,
            internalRoutes: internalRoutes,
            metricTags: metricTags
        )
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.message(1, key)
        writer.message(2, instanceKey ?? .nobody)
        ActualLRPInfo(self).writeCommon(to: &writer)
        for hostname in internalRoutes { writer.nested(11) { $0.string(1, hostname) } }
        writer.stringMap(12, metricTags)
        writer.bool(13, present: routable)
        writer.string(14, availabilityZone)
    }
}

/// One host name under which other containers reach an instance.
struct InternalRoute: ProtobufMessage {
    var hostname = ""

    init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        while let field = try reader.nextField() {
            if field.number == 1 { hostname = try field.string }
        }
    }

    func write(to writer: inout ProtobufWriter) { writer.string(1, hostname) }
}
