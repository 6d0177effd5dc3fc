/// RFC 4648 base 64.
public enum Base64 {
    /// Which 62nd and 63rd digit, and whether `=` fills the last group.
    public enum Alphabet: Sendable {
        /// Section 4: `+`, `/`, padded.
        case standard
        /// Section 5 as JSON Web Tokens use it: `-`, `_`, not padded.
        case url
    }

    private static let common = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    private static let standardDigits = common + Array("+/".utf8)
    private static let urlDigits = common + Array("-_".utf8)
    private static let padding = UInt8(ascii: "=")

    public static func encode(_ bytes: some Collection<UInt8>, _ alphabet: Alphabet = .standard) -> String {
        let digits = alphabet == .standard ? standardDigits : urlDigits
        let bytes = Array(bytes)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = (0..<3).reduce(0) { $0 << 8 | Int($1 < group.count ? group[start + $1] : 0) }
            for position in 0...group.count { text.append(digits[bits >> (18 - 6 * position) & 63]) }
            if alphabet == .standard { text += Array(repeating: padding, count: 3 - group.count) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `nil` for a foreign character, a wrong length, misplaced padding, or left-over bits that are not zero: every
    /// value has exactly one accepted text.
    public static func decode(_ text: some StringProtocol, _ alphabet: Alphabet = .standard) -> [UInt8]? {
        var characters = Array(text.utf8)
        if alphabet == .standard {
            guard characters.count.isMultiple(of: 4) else { return nil }
            for _ in 0..<2 where characters.last == padding { characters.removeLast() }
        }
        guard characters.count % 4 != 1 else { return nil }
        let digits = alphabet == .standard ? standardDigits : urlDigits
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count * 3 / 4)
        var (bits, bitCount) = (0, 0)
        for character in characters {
            guard let value = digits.firstIndex(of: character) else { return nil }
            (bits, bitCount) = ((bits << 6 | value) & 0xfff, bitCount + 6)
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
        }
        return bits & ((1 << bitCount) - 1) == 0 ? bytes : nil
    }
}
