/// Protobuf fields that this version does not act on, as they were received: tag, wire type and payload.
///
/// They are kept with the record and sent back unchanged, so that a newer client loses nothing by talking to us.
public struct UnknownFields: Hashable, Sendable {
    public var bytes: [UInt8]

    public init(bytes: [UInt8] = []) { self.bytes = bytes }
}
