public import MartletModels
public import MartletProtobuf

public typealias ActualLRPsResponse = ListResponse<ActualLRP>

/// Which actual LRPs to list; what is empty does not filter, and filters add up.
public struct ActualLRPsRequest: BBSRequest {
    public var domain: DomainName
    public var cellID: CellID
    public var processGUID: ProcessGUID
    /// 0 is an index like any other.
    public var index: Int?

    public init(
        domain: DomainName = DomainName(""),
        cellID: CellID = CellID(""),
        processGUID: ProcessGUID = ProcessGUID(""),
        index: Int? = nil
    ) {
        self.domain = domain
        self.cellID = cellID
        self.processGUID = processGUID
        self.index = index
    }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: domain = DomainName(try field.string)
            case 2: cellID = CellID(try field.string)
            case 3: processGUID = ProcessGUID(try field.string)
            case 4: index = Int(try field.int32)
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.string(1, domain.rawValue)
        writer.string(2, cellID.rawValue)
        writer.string(3, processGUID.rawValue)
        writer.int32(4, present: index.map(Int32.init(clamping:)))
    }
}
