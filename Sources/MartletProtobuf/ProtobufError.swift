/// Why bytes are not the message that was expected.
public enum ProtobufError: Error, Hashable, Sendable {
    /// The message ends inside a value.
    case truncated
    /// A varint longer than 64 bits.
    case malformedVarint
    /// A tag with field number 0 or beyond 2^29 - 1, a wire type that does not exist, or an end without its start.
    case malformedTag
    /// A known field with another wire type than its declared type has.
    case wrongWireType(field: Int)
    /// Text that is not UTF-8 in a field where it names something.
    case invalidUTF8(field: Int)
    /// A value outside what the field can mean, for example an unknown state.
    case invalidValue(field: Int)
    /// Messages or groups nested deeper than the limit.
    case tooDeep(limit: Int)
    /// More bytes than the limit.
    case tooLarge(limit: Int)
}
