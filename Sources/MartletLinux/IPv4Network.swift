/// A block of IPv4 addresses: an address and the number of leading bits that stay the same.
public struct IPv4Network: Hashable, Sendable, CustomStringConvertible {
    /// The lowest address of the block.
    public let base: IPv4Address
    /// 0 to 32.
    public let prefix: Int

    /// Bits of `address` below the prefix are dropped.
    public init(_ address: IPv4Address, prefix: Int) {
        precondition((0...32).contains(prefix), "a prefix has 0 to 32 bits: \(prefix)")
        base = IPv4Address(value: address.value & Self.mask(prefix))
        self.prefix = prefix
    }

    /// `10.254.0.0/16`; without a prefix one address.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPv4Address(first) else { return nil }
        guard parts.count == 2 else {
            self.init(address, prefix: 32)
            return
        }
        guard parts[1].utf8.count <= 2, let prefix = UInt8(parts[1]), prefix <= 32 else { return nil }
        self.init(address, prefix: Int(prefix))
    }

    /// How many networks of `prefix` bits fit; 0 when they are larger than this one.
    public func count(ofPrefix other: Int) -> Int {
        other < prefix ? 0 : 1 << (other - prefix)
    }

    /// The network of `prefix` bits at `index`.
    public func subnet(_ index: Int, prefix other: Int) -> IPv4Network {
        precondition(index >= 0 && index < count(ofPrefix: other), "no subnet \(index) in \(self)")
        return IPv4Network(base + UInt32(index) << UInt32(32 - other), prefix: other)
    }

    public func contains(_ address: IPv4Address) -> Bool {
        address.value & Self.mask(prefix) == base.value
    }

    public var description: String { "\(base)/\(prefix)" }

    private static func mask(_ prefix: Int) -> UInt32 {
        prefix == 0 ? 0 : ~0 << UInt32(32 - prefix)
    }
}
