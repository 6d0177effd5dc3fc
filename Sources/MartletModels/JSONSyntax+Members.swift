extension JSONSyntax {
    /// The member `name` of every object in a list of objects, in order; of two in one object the last.
    ///
    /// - Returns: `nil` unless `bytes` are such a list, and each of its objects has the member as a text.
    static func texts(of name: String, inListOfObjects bytes: [UInt8]) -> [String]? {
        guard isValue(bytes) else { return nil }
        var syntax = JSONSyntax(bytes: bytes)
        guard syntax.skipBlanks() == UInt8(ascii: "[") else { return nil }
        var texts: [String] = []
        // The syntax is known to be right, so what is not an object is another kind of value.
        while syntax.hasItem(before: UInt8(ascii: "]")) {
            guard syntax.next == UInt8(ascii: "{"), let text = syntax.text(of: name) else { return nil }
            texts.append(text)
        }
        return texts
    }

    private mutating func text(of name: String) -> String? {
        var found: String?
        while hasItem(before: UInt8(ascii: "}")) {
            let key = text()
            guard skipBlanks() == UInt8(ascii: ":"), take(UInt8(ascii: ":")), let first = skipBlanks() else {
                return nil
            }
            if key == name, first == UInt8(ascii: "\"") {
                found = text()
            } else {
                if key == name { found = nil }
                guard value(depth: Self.depthLimit) else { return nil }
            }
        }
        return found
    }

    /// Steps over the opening bracket or comma that stands here and says whether an item follows; over the closing
    /// bracket otherwise.
    private mutating func hasItem(before end: UInt8) -> Bool {
        guard skipBlanks() != nil, !take(end) else { return false }
        position += 1
        _ = skipBlanks()
        return !take(end)
    }

    /// The text of the string that starts here. Half a surrogate pair becomes U+FFFD, as in Go.
    private mutating func text() -> String? {
        let start = position
        guard string() else { return nil }
        return Self.unescaped(bytes[(start + 1)..<(position - 1)])
    }

    private static func unescaped(_ quoted: ArraySlice<UInt8>) -> String {
        guard quoted.contains(UInt8(ascii: "\\")) else { return String(decoding: quoted, as: UTF8.self) }
        var units: [UInt16] = []
        var rest = quoted
        while let byte = rest.first {
            guard byte == UInt8(ascii: "\\") else {
                let plain = rest.prefix { $0 != UInt8(ascii: "\\") }
                units += String(decoding: plain, as: UTF8.self).utf16
                rest = rest.dropFirst(plain.count)
                continue
            }
            units.append(escape(&rest))
        }
        return String(decoding: units, as: UTF16.self)
    }

    /// Takes a backslash and what it stands for.
    private static func escape(_ rest: inout ArraySlice<UInt8>) -> UInt16 {
        rest = rest.dropFirst()
        guard let kind = rest.popFirst() else { return 0xFFFD }
        switch kind {
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"):
            defer { rest = rest.dropFirst(4) }
            return UInt16(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16) ?? 0xFFFD
        default: return UInt16(kind)
        }
    }
}
