/// Checks that bytes are one JSON value (RFC 8259), without making anything of it.
///
/// Routes are passed on to routers as they are, and a text that no router can read is refused at the door.
struct JSONSyntax {
    let bytes: [UInt8]
    var position = 0
    /// Nested deeper than this is refused, like in Go's decoder though far earlier.
    static let depthLimit = 256

    static func isValue(_ bytes: [UInt8]) -> Bool {
        var syntax = JSONSyntax(bytes: bytes)
        return syntax.value(depth: depthLimit) && syntax.skipBlanks() == nil
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// - Returns: the byte that follows blanks.
    mutating func skipBlanks() -> UInt8? {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
        return next
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    mutating func value(depth: Int) -> Bool {
        guard depth > 0, let first = skipBlanks() else { return false }
        switch first {
        case UInt8(ascii: "{"): return list(until: UInt8(ascii: "}"), depth: depth, hasKeys: true)
        case UInt8(ascii: "["): return list(until: UInt8(ascii: "]"), depth: depth, hasKeys: false)
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "t"): return word("true")
        case UInt8(ascii: "f"): return word("false")
        case UInt8(ascii: "n"): return word("null")
        default: return number()
        }
    }

    private mutating func list(until end: UInt8, depth: Int, hasKeys: Bool) -> Bool {
        position += 1
        if skipBlanks() == end { return take(end) }
        while true {
            if hasKeys {
                guard skipBlanks() != nil, string(), skipBlanks() != nil, take(UInt8(ascii: ":")) else { return false }
            }
            guard value(depth: depth - 1), let separator = skipBlanks() else { return false }
            position += 1
            if separator == end { return true }
            guard separator == UInt8(ascii: ",") else { return false }
        }
    }

    mutating func string() -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case UInt8(ascii: "\\"): guard escape() else { return false }
            case ..<0x20: return false
            default: continue
            }
        }
        return false
    }

    private mutating func escape() -> Bool {
        guard let byte = next else { return false }
        position += 1
        guard byte == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(byte) }
        for _ in 0..<4 {
            guard let digit = next, isHexDigit(digit) else { return false }
            position += 1
        }
        return true
    }

    private func isHexDigit(_ byte: UInt8) -> Bool {
        Character(Unicode.Scalar(byte)).isHexDigit && byte < 0x80
    }

    private mutating func word(_ word: StaticString) -> Bool {
        for byte in "\(word)".utf8 where !take(byte) { return false }
        return true
    }

    private mutating func number() -> Bool {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { guard digits() else { return false } }
        if take(UInt8(ascii: ".")) { guard digits() else { return false } }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            return digits()
        }
        return true
    }

    /// One or more.
    private mutating func digits() -> Bool {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position > start
    }
}
