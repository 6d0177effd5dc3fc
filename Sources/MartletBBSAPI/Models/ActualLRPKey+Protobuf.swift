public import MartletModels
public import MartletProtobuf

extension ActualLRPKey: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(processGUID: ProcessGUID(""), index: 0, domain: DomainName(""))
        while let field = try reader.nextField() {
            switch field.number {
            case 1: processGUID = ProcessGUID(try field.string)
            case 2: index = Int(try field.int32)
            case 3: domain = DomainName(try field.string)
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.string(1, processGUID.rawValue)
        writer.int32(2, Int32(clamping: index))
        writer.string(3, domain.rawValue)
    }
}

extension ActualLRPInstanceKey: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(instanceGUID: InstanceGUID(""), cellID: CellID(""))
        while let field = try reader.nextField() {
            switch field.number {
            case 1: instanceGUID = InstanceGUID(try field.string)
            case 2: cellID = CellID(try field.string)
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.string(1, instanceGUID.rawValue)
        writer.string(2, cellID.rawValue)
    }

    /// The key of nobody: what the wire has where an instance is held by no cell.
    static let nobody = ActualLRPInstanceKey(instanceGUID: InstanceGUID(""), cellID: CellID(""))
}
