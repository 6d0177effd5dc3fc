public import MartletModels

/// Where the names of instances and of lives of the agent come from.
public struct InstanceGUIDSource: Sendable {
    private let random: @Sendable () -> UInt64

    /// The machine's own randomness.
    public init() { random = { UInt64.random(in: .min ... .max) } }

    /// Made-up randomness, for tests and simulation.
    public init(random: @escaping @Sendable () -> UInt64) { self.random = random }

    /// The first 28 characters of a version 4 UUID (cell specification 2.4).
    public func next() -> InstanceGUID { InstanceGUID(String(uuid().prefix(28))) }

    /// A version 4 UUID, RFC 9562 section 5.4.
    func uuid() -> String {
        let high = (random() & ~0xF000) | 0x4000
        let low = (random() & ~(0b11 << 62)) | (0b10 << 62)
        let digits = Self.hex(high) + Self.hex(low)
        var text = ""
        for (offset, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(offset) { text.append("-") }
            text.append(digit)
        }
        return text
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
