public import MartletModels
public import MartletProtobuf

extension CheckDefinition: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(checks: [])
        while let field = try reader.nextField() {
            switch field.number {
            case 1: checks.append(try field.message())
            case 2: logSource = try field.string
            case 3: readinessChecks.append(try field.message())
            default: field.keep(in: &unknownFields.bytes)
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        let start = writer.position
        writer.messages(1, checks)
        writer.string(2, logSource)
        writer.messages(3, readinessChecks)
        writer.merge(unknown: unknownFields.bytes, since: start)
    }
}

extension Check: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init()
        var (tcp, http) = (ProtobufSubmessage(), ProtobufSubmessage())
        while let field = try reader.nextField() {
            switch field.number {
            case 1: try tcp.add(field)
            case 2: try http.add(field)
            default: field.keep(in: &unknownFields.bytes)
            }
        }
        self.tcp = try tcp.decoded()
        self.http = try http.decoded()
    }

    public func write(to writer: inout ProtobufWriter) {
        let start = writer.position
        writer.message(1, tcp)
        writer.message(2, http)
        writer.merge(unknown: unknownFields.bytes, since: start)
    }
}

extension TCPCheck: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(port: 0)
        while let field = try reader.nextField() {
            switch field.number {
            case 1: port = try field.uint32
            case 2: connectTimeoutMilliseconds = try field.uint64
            case 3: intervalMilliseconds = try field.uint64
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.uint32(1, port)
        writer.uint64(2, connectTimeoutMilliseconds)
        writer.uint64(3, intervalMilliseconds)
    }
}

extension HTTPCheck: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(port: 0)
        while let field = try reader.nextField() {
            switch field.number {
            case 1: port = try field.uint32
            case 2: requestTimeoutMilliseconds = try field.uint64
            case 3: path = try field.string
            case 4: intervalMilliseconds = try field.uint64
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.uint32(1, port)
        writer.uint64(2, requestTimeoutMilliseconds)
        writer.string(3, path)
        writer.uint64(4, intervalMilliseconds)
    }
}
