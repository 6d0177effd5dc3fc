public import MartletModels
public import MartletProtobuf

extension DesiredLRPSchedulingInfo: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(
            processGUID: ProcessGUID(""),
            domain: DomainName(""),
            instances: 0,
            memoryMB: 0,
            diskMB: 0,
            maxPIDs: 0,
            rootFS: RootFS(""),
            modificationTag: ModificationTag(epoch: "")
        )
        var (routes, tag) = (ProtobufSubmessage(), ProtobufSubmessage())
        while let field = try reader.nextField() {
            switch field.number {
            case 1: try readKey(try field.submessage())
            case 2: annotation = try field.text
            case 3: instances = Int(try field.int32)
            case 4: try readResource(try field.submessage())
            case 5: try routes.add(field)
            case 6: try tag.add(field)
            case 7: try readVolumePlacement(try field.submessage())
            case 8: placementTags.append(try field.string)
            default: continue
            }
        }
        self.routes = try routes.decoded(as: ProtoRoutes.self)?.routes ?? [:]
        modificationTag = try tag.decoded() ?? modificationTag
    }

    private mutating func readKey(_ key: ProtobufReader) throws(ProtobufError) {
        var key = key
        while let field = try key.nextField() {
            switch field.number {
            case 1: processGUID = ProcessGUID(try field.string)
            case 2: domain = DomainName(try field.string)
            case 3: logGUID = try field.string
            default: continue
            }
        }
    }

    private mutating func readResource(_ resource: ProtobufReader) throws(ProtobufError) {
        var resource = resource
        while let field = try resource.nextField() {
            switch field.number {
            case 1: memoryMB = Int(try field.int32)
            case 2: diskMB = Int(try field.int32)
            case 3: rootFS = RootFS(try field.string)
            case 4: maxPIDs = Int(try field.int32)
            default: continue
            }
        }
    }

    private mutating func readVolumePlacement(_ placement: ProtobufReader) throws(ProtobufError) {
        var placement = placement
        while let field = try placement.nextField() {
            if field.number == 1 { volumeDrivers.append(try field.string) }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.nested(1) { writer in
            writer.string(1, processGUID.rawValue)
            writer.string(2, domain.rawValue)
            writer.string(3, logGUID)
        }
        writer.string(2, annotation)
        writer.int32(3, Int32(clamping: instances))
        writer.nested(4) { writer in
            writer.int32(1, Int32(clamping: memoryMB))
            writer.int32(2, Int32(clamping: diskMB))
            writer.string(3, rootFS.url)
            writer.int32(4, Int32(clamping: maxPIDs))
        }
        writer.message(5, ProtoRoutes(routes))
        writer.message(6, modificationTag)
        writer.nested(7) { $0.strings(1, volumeDrivers) }
        writer.strings(8, placementTags)
    }
}
