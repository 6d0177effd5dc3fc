/// A literal IPv4 or IPv6 address, as bytes in network order.
struct IPAddress: Hashable, Sendable {
    /// 4 or 16 bytes.
    let bytes: [UInt8]

    init?(_ text: some StringProtocol) {
        let text = Substring(text)
        guard let address = IPAddress(v4: text) ?? IPAddress(v6: text) else { return nil }
        self = address
    }

    /// Four decimal numbers without leading zeros.
    init?(v4 text: Substring) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part -> UInt8? in
            guard part.utf8.allSatisfy(\.isDigit), part == "0" || !part.hasPrefix("0") else { return nil }
            return UInt8(part)
        }
        guard parts.count == 4, numbers.count == 4 else { return nil }
        bytes = numbers
    }

    /// RFC 4291 section 2.2: eight groups, one run of zeros as `::`, the last 32 bits perhaps as IPv4. No zone.
    init?(v6 text: Substring) {
        let halves = Self.halves(of: text)
        guard halves.count <= 2, let head = Self.groups(halves[0], mayEndInV4: halves.count == 1) else { return nil }
        guard halves.count == 2 else {
            guard head.count == 16 else { return nil }
            bytes = head
            return
        }
        guard let tail = Self.groups(halves[1], mayEndInV4: true), head.count + tail.count <= 14 else { return nil }
        bytes = head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// Whether the first `prefixLength` bits are the same as those of `network`.
    func isIn(_ network: IPAddress, prefixLength: Int) -> Bool {
        guard bytes.count == network.bytes.count else { return false }
        return zip(bytes, network.bytes).enumerated().allSatisfy { index, pair in
            let bits = max(0, min(8, prefixLength - index * 8))
            let mask = UInt8(truncatingIfNeeded: 0xff00 >> bits)
            return pair.0 & mask == pair.1 & mask
        }
    }

    /// The text before and after each `::`.
    private static func halves(of text: Substring) -> [Substring] {
        var (halves, rest): ([Substring], Substring) = ([], text)
        while let range = firstDoubleColon(in: rest) {
            halves.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return halves + [rest]
    }

    private static func firstDoubleColon(in text: Substring) -> Range<Substring.Index>? {
        var index = text.startIndex
        while let colon = text[index...].firstIndex(of: ":") {
            let next = text.index(after: colon)
            if next < text.endIndex, text[next] == ":" { return colon..<text.index(after: next) }
            index = next
        }
        return nil
    }

    private static func groups(_ text: Substring, mayEndInV4: Bool) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if mayEndInV4, index == parts.count - 1, let v4 = IPAddress(v4: part) {
                bytes += v4.bytes
                continue
            }
            let isHex = part.utf8.allSatisfy { $0.isDigit || ($0 | 0x20).isLowercaseHex }
            guard (1...4).contains(part.utf8.count), isHex, let value = UInt16(part, radix: 16) else { return nil }
            bytes += [UInt8(value >> 8), UInt8(value & 0xff)]
        }
        return bytes.count <= 16 ? bytes : nil
    }
}
