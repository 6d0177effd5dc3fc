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
        guard !limits.rest.isEmpty || nofile == nil else { return }
        var kept = ProtobufWriter()
        kept.bytes(5, present: limits.rest)
        unknownFields.bytes += kept.bytes
    }

    public func write(to writer: inout ProtobufWriter) {
        let start = writer.position
        let unknown = RunUnknownFields(unknownFields.bytes)
        writer.string(1, path)
        writer.strings(2, arguments)
        writer.string(3, directory)
        writer.messages(4, environment)
        if nofile != nil || unknown.limits != nil {
            writer.nested(5) { writer in
                writer.uint64(1, present: nofile)
                writer.append(raw: unknown.limits ?? [])
            }
        }
        writer.string(6, user)
        writer.string(7, logSource)
        writer.bool(8, suppressLogOutput)
        writer.merge(unknown: unknown.others, since: start)
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
}

/// Unknown fields of a run action; those inside its resource limits are kept as a field 5 of their own, and go back
/// into the one that we write.
private struct RunUnknownFields {
    /// `nil` when no limits are kept; empty when the client sent limits with nothing in them.
    var limits: [UInt8]?
    var others: [UInt8] = []

    init(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        do throws(ProtobufError) {
            var reader = try ProtobufReader(bytes)
            while let field = try reader.nextField() {
                if field.number == 5 { limits = (limits ?? []) + (try field.bytes) } else { field.keep(in: &others) }
            }
        } catch {
            // Not what we read once: passed on as it is.
            (limits, others) = (nil, bytes)
        }
    }
}
