public import MartletModels
public import MartletProtobuf

extension CellPresence: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(
            cellID: CellID(""),
            repAddress: "",
            capacity: CellCapacity(memoryMB: 0, diskMB: 0, containers: 0),
            rootFSProviders: []
        )
        var capacity = ProtobufSubmessage()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: cellID = CellID(try field.string)
            case 2: repAddress = try field.string
            case 3: zone = try field.string
            case 4: try capacity.add(field)
            case 5: rootFSProviders.append(try field.message())
            case 6: placementTags.append(try field.string)
            case 7: optionalPlacementTags.append(try field.string)
            case 8: repURL = try field.string
            default: continue
            }
        }
        self.capacity = try capacity.decoded() ?? self.capacity
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.string(1, cellID.rawValue)
        writer.string(2, repAddress)
        writer.string(3, zone)
        writer.message(4, capacity)
        writer.messages(5, rootFSProviders)
        writer.strings(6, placementTags)
        writer.strings(7, optionalPlacementTags)
        writer.string(8, repURL)
    }
}

extension CellCapacity: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(memoryMB: 0, diskMB: 0, containers: 0)
        while let field = try reader.nextField() {
            switch field.number {
            case 1: memoryMB = Int(try field.int32)
            case 2: diskMB = Int(try field.int32)
            case 3: containers = Int(try field.int32)
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.int32(1, Int32(clamping: memoryMB))
        writer.int32(2, Int32(clamping: diskMB))
        writer.int32(3, Int32(clamping: containers))
    }
}

extension RootFSProvider: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(name: "")
        while let field = try reader.nextField() {
            switch field.number {
            case 1: name = try field.string
            case 2: properties.append(try field.string)
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.string(1, name)
        writer.strings(2, properties)
    }
}
