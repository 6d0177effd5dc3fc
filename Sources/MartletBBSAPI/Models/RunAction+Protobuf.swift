public import MartletModels
public import MartletProtobuf

extension RunAction: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(path: "", user: "")
        var limits = ProtobufSubmessage()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: path = try field.string
            case 2: arguments.append(try field.string)
            case 3: directory = try field.string
            case 4: environment.append(try field.message())
            case 5: try limits.add(field)
            case 6: user = try field.string
            case 7: logSource = try field.string
            case 8: suppressLogOutput = try field.bool
            default: field.keep(in: &unknownFields.bytes)
            }
        }
        guard let limits = try limits.decoded(as: ResourceLimits.self) else { return }
        nofile = limits.nofile
        limits.keepRest(in: &unknownFields.bytes)
    }

    public func write(to writer: inout ProtobufWriter) {
        let start = writer.position
        writer.string(1, path)
        writer.strings(2, arguments)
        writer.string(3, directory)
        writer.messages(4, environment)
        if let nofile { writer.nested(5) { $0.uint64(1, present: nofile) } }
        writer.string(6, user)
        writer.string(7, logSource)
        writer.bool(8, suppressLogOutput)
        writer.merge(unknown: unknownFields.bytes, since: start)
    }
}

/// Field 5 of a run action: one limit that we act on, and deprecated ones.
private struct ResourceLimits: ProtobufMessage {
    var nofile: UInt64?
    var rest: [UInt8] = []

    init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        while let field = try reader.nextField() {
            switch field.number {
            case 1: nofile = try field.uint64
            default: field.keep(in: &rest)
            }
        }
    }

    func write(to writer: inout ProtobufWriter) {
        writer.uint64(1, present: nofile)
        writer.append(raw: rest)
    }

    /// What we do not act on becomes a second field 5; a decoder merges the two (the definition of the encoding).
    func keepRest(in unknownFields: inout [UInt8]) {
        guard !rest.isEmpty || nofile == nil else { return }
        var writer = ProtobufWriter()
        writer.bytes(5, present: rest)
        unknownFields += writer.bytes
    }
}
