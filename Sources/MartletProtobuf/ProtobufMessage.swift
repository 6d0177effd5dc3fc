/// A value with a form on the wire of protocol buffers, version 3.
///
/// Encoding is deterministic: ascending field numbers, map entries sorted by key, scalars left out when zero.
public protocol ProtobufMessage: Sendable {
    /// Reads fields until the end of `reader`. No field is required, and any may come in any order.
    init(reading reader: inout ProtobufReader) throws(ProtobufError)

    /// Writes the fields of this message, without any length in front.
    func write(to writer: inout ProtobufWriter)
}

extension ProtobufMessage {
    /// The message that these bytes are; no bytes are the message of all defaults.
    public init(decoding bytes: [UInt8], limits: ProtobufLimits = ProtobufLimits()) throws(ProtobufError) {
        var reader = try ProtobufReader(bytes, limits: limits)
        try self.init(reading: &reader)
    }

    public func encoded() -> [UInt8] {
        var writer = ProtobufWriter()
        write(to: &writer)
        return writer.bytes
    }
}

/// What a decoder accepts from strangers.
public struct ProtobufLimits: Hashable, Sendable {
    /// Levels of messages and groups.
    public var depth: Int
    /// Bytes of the outermost message.
    public var bytes: Int

    public init(depth: Int = 64, bytes: Int = 64 << 20) { (self.depth, self.bytes) = (depth, bytes) }
}
