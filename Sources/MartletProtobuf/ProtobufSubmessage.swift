/// Collects a submessage that may arrive in parts: a singular field that occurs twice means both, merged.
///
/// Merging is the same as decoding the parts one behind the other, by the definition of the encoding.
public struct ProtobufSubmessage: Sendable {
    private var first: ProtobufReader?
    /// First and further parts; empty as long as there is but one, which is the usual case and copies nothing.
    private var joined: [UInt8] = []

    public init() {}

    public var isPresent: Bool { first != nil }

    public mutating func add(_ field: ProtobufField) throws(ProtobufError) {
        let part = try field.submessage()
        guard let first else { return first = part }
        if joined.isEmpty { joined = first.remainder }
        joined += part.remainder
    }

    /// `nil` when the field did not occur.
    public func decoded<M: ProtobufMessage>(as type: M.Type = M.self) throws(ProtobufError) -> M? {
        guard let first else { return nil }
        var reader = joined.isEmpty ? first : first.replacing(bytes: joined)
        return try M(reading: &reader)
    }
}
