/// Takes a message apart, field by field.
///
/// Readers of submessages share the bytes of the outermost one; nothing is copied until a value is asked for.
public struct ProtobufReader: Sendable {
    let bytes: [UInt8]
    private(set) var position: Int
    let end: Int
    private let remainingDepth: Int
    private let limits: ProtobufLimits

    /// - Throws: `.tooLarge` beyond the limit.
    public init(_ bytes: [UInt8], limits: ProtobufLimits = ProtobufLimits()) throws(ProtobufError) {
        guard bytes.count <= limits.bytes else { throw .tooLarge(limit: limits.bytes) }
        self.bytes = bytes
        (position, end) = (0, bytes.count)
        remainingDepth = limits.depth
        self.limits = limits
    }

    private init(_ parent: ProtobufReader, _ range: Range<Int>) throws(ProtobufError) {
        guard parent.remainingDepth > 0 else { throw .tooDeep(limit: parent.limits.depth) }
        bytes = parent.bytes
        (position, end) = (range.lowerBound, range.upperBound)
        remainingDepth = parent.remainingDepth - 1
        limits = parent.limits
    }

    private init(_ other: ProtobufReader, bytes: [UInt8]) {
        self.bytes = bytes
        (position, end) = (0, bytes.count)
        remainingDepth = other.remainingDepth
        limits = other.limits
    }

    /// The same level of nesting over other bytes.
    func replacing(bytes: [UInt8]) -> ProtobufReader { ProtobufReader(self, bytes: bytes) }

    /// The next field, or `nil` at the end of the message.
    public mutating func nextField() throws(ProtobufError) -> ProtobufField? {
        guard position < end else { return nil }
        let start = position
        let (number, wireType) = try tag()
        let value = try value(wireType, ofField: number, depth: remainingDepth)
        return ProtobufField(number: number, value: value, reader: self, range: start..<position)
    }

    /// A reader of the bytes in `range`, one level deeper.
    func submessage(_ range: Range<Int>) throws(ProtobufError) -> ProtobufReader {
        try ProtobufReader(self, range)
    }

    /// What this reader has not read yet, as bytes of its own.
    public var remainder: [UInt8] { Array(bytes[position..<end]) }

    private mutating func tag() throws(ProtobufError) -> (number: Int, wireType: UInt8) {
        let tag = try varint()
        guard let number = Int(exactly: tag >> 3), (1..<1 << 29).contains(number) else { throw .malformedTag }
        return (number, UInt8(tag & 7))
    }

    private mutating func value(
        _ wireType: UInt8,
        ofField number: Int,
        depth: Int
    ) throws(ProtobufError) -> ProtobufField.Value {
        switch wireType {
        case 0: return .varint(try varint())
        case 1: return .fixed64(try fixed(8))
        case 2:
            let length = try varint()
            guard length <= UInt64(end - position) else { throw .truncated }
            return .lengthDelimited(take(Int(length)))
        case 3:
            try skipGroup(number, depth: depth)
            return .group
        case 5: return .fixed32(UInt32(truncatingIfNeeded: try fixed(4)))
        default: throw .malformedTag
        }
    }

    /// Moves behind the end tag that belongs to the start tag just read.
    private mutating func skipGroup(_ group: Int, depth: Int) throws(ProtobufError) {
        guard depth > 0 else { throw .tooDeep(limit: limits.depth) }
        while position < end {
            let (number, wireType) = try tag()
            if wireType == 4 {
                guard number == group else { throw .malformedTag }
                return
            }
            _ = try value(wireType, ofField: number, depth: depth - 1)
        }
        throw .truncated
    }

    /// Reads one varint of at most 64 bits, least significant group first.
    mutating func varint() throws(ProtobufError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            guard position < end else { throw .truncated }
            let byte = bytes[position]
            position += 1
            guard shift < 63 || byte <= 1 else { throw .malformedVarint }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw .malformedVarint
    }

    /// Reads `count` bytes, least significant first.
    mutating func fixed(_ count: Int) throws(ProtobufError) -> UInt64 {
        guard end - position >= count else { throw .truncated }
        return bytes[take(count)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func take(_ count: Int) -> Range<Int> {
        defer { position += count }
        return position..<position + count
    }

    /// Whether everything has been read.
    var isAtEnd: Bool { position >= end }
}
