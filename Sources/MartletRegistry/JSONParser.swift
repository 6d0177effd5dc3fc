extension JSONValue {
    /// Parses a whole document.
    /// - Parameter depthLimit: how deep arrays and objects may nest; bounds the stack.
    init(parsing bytes: [UInt8], depthLimit: Int = 64) throws(Malformed) {
        var parser = JSONParser(bytes: bytes, depthLimit: depthLimit)
        self = try parser.document()
    }
}

/// A recursive descent over the bytes.
private struct JSONParser {
    let bytes: [UInt8]
    let depthLimit: Int
    private var position = 0
    private var depth = 0

    init(bytes: [UInt8], depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    mutating func document() throws(JSONValue.Malformed) -> JSONValue {
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw malformed("something after the end") }
        return value
    }

    private mutating func value() throws(JSONValue.Malformed) -> JSONValue {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return try nested { (parser) throws(JSONValue.Malformed) in try parser.object() }
        case UInt8(ascii: "["): return try nested { (parser) throws(JSONValue.Malformed) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(JSONValue.Malformed) -> JSONValue
    ) throws(JSONValue.Malformed) -> JSONValue {
        depth += 1
        defer { depth -= 1 }
        guard depth <= depthLimit else { throw malformed("nesting deeper than \(depthLimit)") }
        position += 1
        return try body(&self)
    }

    private mutating func object() throws(JSONValue.Malformed) -> JSONValue {
        var members: [String: JSONValue] = [:]
        skipSpace()
        if take("}") { return .object(members) }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw malformed("a name is missing") }
            let start = position
            let name = try string()
            skipSpace()
            guard take(":") else { throw malformed("a colon is missing") }
            guard members.updateValue(try value(), forKey: name) == nil else {
                position = start
                throw malformed("a name for the second time")
            }
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { throw malformed("a comma or closing brace is missing") }
        }
    }

    private mutating func array() throws(JSONValue.Malformed) -> JSONValue {
        var elements: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(elements) }
        while true {
            elements.append(try value())
            skipSpace()
            if take("]") { return .array(elements) }
            guard take(",") else { throw malformed("a comma or closing bracket is missing") }
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONValue.Malformed) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw malformed("no value") }
        position += word.utf8.count
        return value
    }

    private mutating func number() throws(JSONValue.Malformed) -> String {
        let start = position
        _ = take("-")
        let leading = digits()
        guard leading > 0 else { throw malformed("no value") }
        guard leading == 1 || bytes[position - leading] != UInt8(ascii: "0") else { throw malformed("a leading zero") }
        if take(".") { guard digits() > 0 else { throw malformed("no digit after the point") } }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard digits() > 0 else { throw malformed("no digit in the exponent") }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = peek, byte.isDigit { position += 1 }
        return position - start
    }

    private mutating func string() throws(JSONValue.Malformed) -> String {
        position += 1
        var text: [UInt8] = []
        let start = position
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    position = start
                    throw malformed("a text that is not UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): text += try escape()
            case 0..<0x20: throw malformed("a control character in a text")
            default: text.append(byte)
            }
        }
        throw malformed("a text without end")
    }

    private mutating func escape() throws(JSONValue.Malformed) -> [UInt8] {
        guard let byte = peek else { throw malformed("a text without end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(Character(try unicodeEscape())).utf8)
        default: throw malformed("an unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(JSONValue.Malformed) -> Unicode.Scalar {
        let unit = try hex4()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard (0xd800..<0xdc00).contains(unit), take("\\"), take("u") else { throw malformed("half a surrogate pair") }
        let low = try hex4()
        guard (0xdc00..<0xe000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xd800) << 10 + (UInt32(low) - 0xdc00))
        else { throw malformed("half a surrogate pair") }
        return scalar
    }

    private mutating func hex4() throws(JSONValue.Malformed) -> UInt16 {
        let digits = bytes[position..<min(position + 4, bytes.count)]
        let isHex = digits.allSatisfy { $0.isDigit || ($0 | 0x20).isLowercaseHex }
        guard digits.count == 4, isHex, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
            throw malformed("four hexadecimal digits are missing")
        }
        position += 4
        return unit
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
    }

    private func malformed(_ reason: String) -> JSONValue.Malformed {
        JSONValue.Malformed(reason: reason, offset: position)
    }
}
