public import MartletModels
public import MartletProtobuf

extension DesiredLRPUpdate: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init()
        var wrapper = ProtobufSubmessage()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: instances = Int(try field.int32)
            case 2: try wrapper.add(field)
            case 3: annotation = try field.text
            case 4:
                let entry = try field.mapEntry(missing: MetricTagValue()) { (field) throws(ProtobufError) in
                    try field.message()
                }
                metricTags = (metricTags ?? [:]).merging([entry.key: entry.value]) { $1 }
            default: continue
            }
        }
        routes = try wrapper.decoded(as: ProtoRoutes.self)?.routes
    }

    /// No metric tags at all cannot be asked for: on the wire it means "keep them".
    public func write(to writer: inout ProtobufWriter) {
        writer.int32(1, present: instances.map(Int32.init(clamping:)))
        writer.message(2, routes.map(ProtoRoutes.init))
        writer.string(3, present: annotation)
        writer.messageMap(4, metricTags ?? [:])
    }
}
