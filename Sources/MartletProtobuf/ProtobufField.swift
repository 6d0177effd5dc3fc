/// One field as it stands on the wire, and what its value is once the type is known.
///
/// Every accessor throws `.wrongWireType` when the field cannot have that type.
public struct ProtobufField: Sendable {
    enum Value: Sendable {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        case lengthDelimited(Range<Int>)
        /// Of the deprecated kind; never the type of a field that we know.
        case group
    }

    public let number: Int
    let value: Value
    /// Only its bytes and limits are used.
    let reader: ProtobufReader
    /// Tag and value.
    let range: Range<Int>

    private var varint: UInt64 {
        get throws(ProtobufError) {
            guard case .varint(let value) = value else { throw .wrongWireType(field: number) }
            return value
        }
    }

    private var payload: Range<Int> {
        get throws(ProtobufError) {
            guard case .lengthDelimited(let range) = value else { throw .wrongWireType(field: number) }
            return range
        }
    }

    public var bool: Bool { get throws(ProtobufError) { try varint != 0 } }
    /// Also of an enumeration. Bits beyond the type are cut, as everywhere in protocol buffers.
    public var int32: Int32 { get throws(ProtobufError) { Int32(truncatingIfNeeded: try varint) } }
    public var int64: Int64 { get throws(ProtobufError) { Int64(bitPattern: try varint) } }
    public var uint32: UInt32 { get throws(ProtobufError) { UInt32(truncatingIfNeeded: try varint) } }
    public var uint64: UInt64 { get throws(ProtobufError) { try varint } }

    public var fixed32: UInt32 {
        get throws(ProtobufError) {
            guard case .fixed32(let value) = value else { throw .wrongWireType(field: number) }
            return value
        }
    }

    public var fixed64: UInt64 {
        get throws(ProtobufError) {
            guard case .fixed64(let value) = value else { throw .wrongWireType(field: number) }
            return value
        }
    }

    public var bytes: [UInt8] { get throws(ProtobufError) { Array(reader.bytes[try payload]) } }

    /// Text that names something, so that repairing it would name something else.
    ///
    /// - Throws: `.invalidUTF8`.
    public var string: String {
        get throws(ProtobufError) {
            guard let text = String(validating: reader.bytes[try payload], as: UTF8.self) else {
                throw .invalidUTF8(field: number)
            }
            return text
        }
    }

    /// Text for people. What is not UTF-8 becomes U+FFFD, because Go clients do not check what they send.
    public var text: String {
        get throws(ProtobufError) { String(decoding: reader.bytes[try payload], as: UTF8.self) }
    }

    public func message<M: ProtobufMessage>(_ type: M.Type = M.self) throws(ProtobufError) -> M {
        var inner = try reader.submessage(try payload)
        return try M(reading: &inner)
    }

    /// One entry of a map with text keys; what the entry leaves out is empty or `missing`.
    public func mapEntry<Value>(
        missing: Value,
        _ decode: (ProtobufField) throws(ProtobufError) -> Value
    ) throws(ProtobufError) -> (key: String, value: Value) {
        var (key, value) = ("", missing)
        var entry = try submessage()
        while let field = try entry.nextField() {
            switch field.number {
            case 1: key = try field.string
            case 2: value = try decode(field)
            default: continue
            }
        }
        return (key, value)
    }

    /// A reader of the fields of this submessage.
    public func submessage() throws(ProtobufError) -> ProtobufReader { try reader.submessage(try payload) }

    /// The numbers of a repeated field, which may come one by one or packed.
    public func appendUInt32(to list: inout [UInt32]) throws(ProtobufError) {
        guard case .lengthDelimited(let range) = value else { return list.append(try uint32) }
        var packed = try reader.submessage(range)
        while !packed.isAtEnd { list.append(UInt32(truncatingIfNeeded: try packed.varint())) }
    }

    /// Adds tag and value unchanged, for a field that this version does not know.
    public func keep(in unknownFields: inout [UInt8]) { unknownFields += reader.bytes[range] }
}
