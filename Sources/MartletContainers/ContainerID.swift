/// The name of a container on its cell: the instance GUID of the LRP, or the task's GUID.
///
/// It names files, cgroups and runtime state, so it is restricted to 1 to 120 letters, digits, `_`, `.` and `-`, and
/// begins with a letter or digit.
public struct ContainerID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: String

    /// Nil when `rawValue` breaks the rule above.
    public init?(_ rawValue: String) {
        let bytes = rawValue.utf8
        guard (1...120).contains(bytes.count), let first = bytes.first, Self.isAlphanumeric(first) else { return nil }
        guard bytes.allSatisfy({ Self.isAlphanumeric($0) || "_.-".utf8.contains($0) }) else { return nil }
        self.rawValue = rawValue
    }

    public var description: String { rawValue }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}

extension ContainerID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a container id")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
