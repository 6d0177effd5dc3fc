/// Puts a message together. Fields are to be written in ascending order of their numbers.
///
/// Scalars of proto3 without presence are left out when zero; those with presence have `Optional` values here.
public struct ProtobufWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    /// Fields encoded before, as they are.
    public mutating func append(raw fields: [UInt8]) { bytes.append(contentsOf: fields) }

    mutating func truncate(to count: Int) { bytes.removeSubrange(count...) }

    private mutating func tag(_ field: Int, _ wireType: UInt64) { varint(UInt64(field) << 3 | wireType) }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func fixed(_ value: UInt64, count: UInt64) {
        for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }

    public mutating func uint64(_ field: Int, _ value: UInt64) { if value != 0 { uint64(field, present: value) } }
    public mutating func uint32(_ field: Int, _ value: UInt32) { uint64(field, UInt64(value)) }
    /// Also of an enumeration. Negative numbers take ten bytes.
    public mutating func int32(_ field: Int, _ value: Int32) { int64(field, Int64(value)) }
    public mutating func int64(_ field: Int, _ value: Int64) { uint64(field, UInt64(bitPattern: value)) }
    public mutating func bool(_ field: Int, _ value: Bool) { uint64(field, value ? 1 : 0) }

    public mutating func uint64(_ field: Int, present value: UInt64?) {
        guard let value else { return }
        tag(field, 0)
        varint(value)
    }

    public mutating func int32(_ field: Int, present value: Int32?) {
        uint64(field, present: value.map { UInt64(bitPattern: Int64($0)) })
    }

    public mutating func bool(_ field: Int, present value: Bool?) { uint64(field, present: value.map { $0 ? 1 : 0 }) }

    public mutating func fixed32(_ field: Int, _ value: UInt32) {
        guard value != 0 else { return }
        tag(field, 5)
        fixed(UInt64(value), count: 4)
    }

    public mutating func fixed64(_ field: Int, _ value: UInt64) {
        guard value != 0 else { return }
        tag(field, 1)
        fixed(value, count: 8)
    }

    /// One by one, not packed, as Diego writes them.
    public mutating func uint32s(_ field: Int, _ values: [UInt32]) {
        for value in values { uint64(field, present: UInt64(value)) }
    }

    public mutating func string(_ field: Int, _ value: String) { if !value.isEmpty { string(field, present: value) } }

    public mutating func string(_ field: Int, present value: String?) {
        guard let value else { return }
        tag(field, 2)
        varint(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    public mutating func strings(_ field: Int, _ values: [String]) {
        for value in values { string(field, present: value) }
    }

    /// Bytes or a message encoded before; written even when empty.
    public mutating func bytes(_ field: Int, present value: [UInt8]) {
        tag(field, 2)
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// Written even when it turns out empty; `nil` is left out.
    public mutating func message<M: ProtobufMessage>(_ field: Int, _ value: M?) {
        guard let value else { return }
        nested(field) { writer in value.write(to: &writer) }
    }

    public mutating func messages<M: ProtobufMessage>(_ field: Int, _ values: [M]) {
        for value in values { message(field, value) }
    }

    /// A submessage whose fields `body` writes.
    public mutating func nested(_ field: Int, _ body: (inout ProtobufWriter) -> Void) {
        tag(field, 2)
        let lengthAt = bytes.count
        bytes.append(0)
        body(&self)
        let length = bytes.count - lengthAt - 1
        guard length >= 0x80 else { return bytes[lengthAt] = UInt8(length) }
        var prefix = ProtobufWriter()
        prefix.varint(UInt64(length))
        bytes.replaceSubrange(lengthAt...lengthAt, with: prefix.bytes)
    }

    /// Entries sorted by key, key and value written even when empty.
    public mutating func map<Value>(
        _ field: Int,
        _ entries: [String: Value],
        _ value: (inout ProtobufWriter, Value) -> Void
    ) {
        for entry in entries.sorted(by: { $0.key < $1.key }) {
            nested(field) { writer in
                writer.string(1, present: entry.key)
                value(&writer, entry.value)
            }
        }
    }
}
