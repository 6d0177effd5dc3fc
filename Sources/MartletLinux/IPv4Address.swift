/// An IPv4 address. Ordered as a number.
public struct IPv4Address: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// In host byte order: 127.0.0.1 is 0x7f000001.
    public var value: UInt32

    public init(value: UInt32) {
        self.value = value
    }

    public init(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
        value = UInt32(first) << 24 | UInt32(second) << 16 | UInt32(third) << 8 | UInt32(fourth)
    }

    /// Four decimal numbers without leading zeros, which some programs read as octal; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard part.utf8.allSatisfy({ (48...57).contains($0) }), let byte = UInt8(part) else { return nil }
            guard part == "0" || !part.hasPrefix("0") else { return nil }
            value = value << 8 | UInt32(byte)
        }
        self.value = value
    }

    public static let loopback = IPv4Address(127, 0, 0, 1)

    /// Network byte order.
    public var bytes: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) } }

    public var description: String { bytes.map { String($0) }.joined(separator: ".") }

    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }

    public static func + (left: Self, right: UInt32) -> Self { Self(value: left.value &+ right) }
}

extension IPv4Address: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let address = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an IPv4 address")
        }
        self = address
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
