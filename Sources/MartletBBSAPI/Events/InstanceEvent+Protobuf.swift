import MartletModels
public import MartletProtobuf

extension InstanceEvent {
    /// The message of this event.
    ///
    /// - Parameter traceID: of the request that caused it; a crash has no place for one.
    public func encoded(traceID: String = "") -> [UInt8] {
        var writer = ProtobufWriter()
        switch self {
        case .desiredLRPCreated(let lrp), .desiredLRPRemoved(let lrp):
            writer.message(1, lrp)
            writer.string(2, traceID)
        case .desiredLRPChanged(let before, let after):
            writer.message(1, before)
            writer.message(2, after)
            writer.string(3, traceID)
        case .actualLRPCreated(let lrp), .actualLRPRemoved(let lrp):
            writer.message(1, lrp)
            writer.string(2, traceID)
        case .actualLRPChanged(let key, let instance, let before, let after):
            writer.message(1, key)
            writer.message(2, instance ?? .nobody)
            writer.message(3, before)
            writer.message(4, after)
            writer.string(5, traceID)
        case .actualLRPCrashed(let key, let instance, let count, let reason, let since):
            writer.message(1, key)
            writer.message(2, instance ?? .nobody)
            writer.int32(3, Int32(clamping: count))
            writer.string(4, reason)
            writer.int64(5, since.nanoseconds)
        }
        return writer.bytes
    }

    /// - Returns: `nil` for an event type that this version does not know.
    /// - Throws: `ProtobufError` also when a part that the event is about is missing.
    public static func decode(
        name: String,
        _ bytes: [UInt8]
    ) throws(ProtobufError) -> (event: InstanceEvent, traceID: String)? {
        let fields = try EventFields(decoding: bytes)
        switch name {
        case "desired_lrp_created": return (.desiredLRPCreated(try fields.part(1)), try fields.text(2))
        case "desired_lrp_removed": return (.desiredLRPRemoved(try fields.part(1)), try fields.text(2))
        case "desired_lrp_changed":
            return (.desiredLRPChanged(before: try fields.part(1), after: try fields.part(2)), try fields.text(3))
        case "actual_lrp_instance_created": return (.actualLRPCreated(try fields.part(1)), try fields.text(2))
        case "actual_lrp_instance_removed": return (.actualLRPRemoved(try fields.part(1)), try fields.text(2))
        case "actual_lrp_instance_changed": return (try changed(fields), try fields.text(5))
        case "actual_lrp_crashed": return (try crashed(fields), "")
        default: return nil
        }
    }

    private static func changed(_ fields: EventFields) throws(ProtobufError) -> InstanceEvent {
        .actualLRPChanged(
            try fields.part(1),
            try fields.instanceKey(2),
            before: try fields.part(3),
            after: try fields.part(4)
        )
    }

    private static func crashed(_ fields: EventFields) throws(ProtobufError) -> InstanceEvent {
        .actualLRPCrashed(
            try fields.part(1),
            try fields.instanceKey(2),
            count: Int(try fields.last(3)?.int32 ?? 0),
            reason: try fields.text(4),
            since: Timestamp(nanoseconds: try fields.last(5)?.int64 ?? 0)
        )
    }
}

/// The fields of an event, which have other types from event to event.
private struct EventFields: ProtobufMessage {
    private var fields: [ProtobufField] = []

    init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        while let field = try reader.nextField() { fields.append(field) }
    }

    func write(to writer: inout ProtobufWriter) {
        var bytes: [UInt8] = []
        for field in fields { field.keep(in: &bytes) }
        writer.append(raw: bytes)
    }

    func last(_ number: Int) -> ProtobufField? { fields.last { $0.number == number } }

    func text(_ number: Int) throws(ProtobufError) -> String { try last(number)?.text ?? "" }

    func part<M: ProtobufMessage>(_ number: Int) throws(ProtobufError) -> M {
        var part = ProtobufSubmessage()
        for field in fields where field.number == number { try part.add(field) }
        guard let message = try part.decoded(as: M.self) else { throw .invalidValue(field: number) }
        return message
    }

    /// `nil` for nobody's key.
    func instanceKey(_ number: Int) throws(ProtobufError) -> ActualLRPInstanceKey? {
        guard last(number) != nil else { return nil }
        let key: ActualLRPInstanceKey = try part(number)
        return key == .nobody ? nil : key
    }
}
