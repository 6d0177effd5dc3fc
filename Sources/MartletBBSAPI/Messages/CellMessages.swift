public import MartletModels
public import MartletProtobuf

public typealias CellsResponse = ListResponse<CellPresence>

/// A cell says that it lives; an extension of ours in place of Locket.
public struct UpsertCellPresenceRequest: BBSRequest {
    public var presence: CellPresence?
    /// For how long the cell counts as living, in milliseconds, more than 0.
    public var timeToLiveMilliseconds: UInt64
    /// Random, one for each start of the cell's process: a second process under the same id is refused.
    public var session: String

    public init(presence: CellPresence?, timeToLiveMilliseconds: UInt64, session: String) {
        self.presence = presence
        self.timeToLiveMilliseconds = timeToLiveMilliseconds
        self.session = session
    }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(presence: nil, timeToLiveMilliseconds: 0, session: "")
        var presence = ProtobufSubmessage()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: try presence.add(field)
            case 2: timeToLiveMilliseconds = try field.uint64
            case 3: session = try field.string
            default: continue
            }
        }
        self.presence = try presence.decoded()
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.message(1, presence)
        writer.uint64(2, timeToLiveMilliseconds)
        writer.string(3, session)
    }

    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.require(presence, "presence") { (presence) throws(ValidationError) in try presence.validate() }
        error.check(timeToLiveMilliseconds > 0, "ttl_ms")
        error.check(!session.isEmpty, "session")
        try error.throwIfAny()
    }
}

/// A cell says good-bye. Only the session that registered it may.
public struct RemoveCellPresenceRequest: BBSRequest {
    public var cellID: CellID
    public var session: String

    public init(cellID: CellID, session: String) { (self.cellID, self.session) = (cellID, session) }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(cellID: CellID(""), session: "")
        while let field = try reader.nextField() {
            switch field.number {
            case 1: cellID = CellID(try field.string)
            case 2: session = try field.string
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.string(1, cellID.rawValue)
        writer.string(2, session)
    }

    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.check(!cellID.isEmpty, "cell_id")
        error.check(!session.isEmpty, "session")
        try error.throwIfAny()
    }
}
