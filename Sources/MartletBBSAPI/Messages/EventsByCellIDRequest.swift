public import MartletModels
public import MartletProtobuf

/// Subscribes to events; with a cell, only those of actual LRPs that concern it, and all of desired LRPs.
public struct EventsByCellIDRequest: BBSRequest {
    /// Empty for all cells.
    public var cellID: CellID

    public init(cellID: CellID = CellID("")) { self.cellID = cellID }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        cellID = CellID("")
        while let field = try reader.nextField() {
            if field.number == 1 { cellID = CellID(try field.string) }
        }
    }

    public func write(to writer: inout ProtobufWriter) { writer.string(1, cellID.rawValue) }
}
