/// One challenge of a `WWW-Authenticate` header (RFC 9110 section 11.6.1).
struct AuthChallenge: Hashable, Sendable {
    /// Lower-case, for example `bearer`.
    var scheme: String
    /// Names lower-case; of a repeated name the first value counts.
    var parameters: [String: String]

    /// All challenges of all header fields, in order. A field is read up to the first thing that is not understood.
    static func parse(_ fields: [String]) -> [AuthChallenge] {
        fields.flatMap { field in
            var parser = ChallengeParser(field)
            return parser.challenges()
        }
    }

    /// The first challenge that can be answered.
    static func usable(_ challenges: [AuthChallenge]) -> AuthChallenge? {
        challenges.first { $0.scheme == "basic" || $0.scheme == "bearer" }
    }
}

/// Reads `scheme name=value, name="quoted \" value", scheme2 …`.
private struct ChallengeParser {
    private let bytes: [UInt8]
    private var position = 0

    init(_ field: String) { bytes = Array(field.utf8) }

    mutating func challenges() -> [AuthChallenge] {
        var challenges: [AuthChallenge] = []
        while true {
            skip(" \t,")
            guard let word = token() else { return challenges }
            skip(" \t")
            guard peek == UInt8(ascii: "=") else {
                challenges.append(AuthChallenge(scheme: word.lowercased(), parameters: [:]))
                skipBareValue()
                continue
            }
            guard let value = parameterValue(), let last = challenges.indices.last else { return challenges }
            let name = word.lowercased()
            if challenges[last].parameters[name] == nil { challenges[last].parameters[name] = value }
        }
    }

    /// Some schemes (`Negotiate abc==`) carry one bare value instead of parameters (token68); it is left out.
    private mutating func skipBareValue() {
        var end = position
        while end < bytes.count, bytes[end].isLetterOrDigit || "-._~+/".utf8.contains(bytes[end]) { end += 1 }
        guard end > position else { return }
        while end < bytes.count, bytes[end] == UInt8(ascii: "=") { end += 1 }
        while end < bytes.count, bytes[end] == UInt8(ascii: " ") { end += 1 }
        if end == bytes.count || bytes[end] == UInt8(ascii: ",") { position = end }
    }

    private mutating func parameterValue() -> String? {
        position += 1
        skip(" \t")
        guard peek == UInt8(ascii: "\"") else { return token() }
        position += 1
        var value: [UInt8] = []
        while let byte = peek {
            position += 1
            if byte == UInt8(ascii: "\"") { return String(validating: value, as: UTF8.self) }
            if byte == UInt8(ascii: "\\"), let escaped = peek {
                value.append(escaped)
                position += 1
            } else {
                value.append(byte)
            }
        }
        return nil
    }

    private mutating func token() -> String? {
        let start = position
        while let byte = peek, byte.isLetterOrDigit || "!#$%&'*+-.^_`|~:/".utf8.contains(byte) { position += 1 }
        return position > start ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
    }

    private mutating func skip(_ characters: String) {
        while let byte = peek, characters.utf8.contains(byte) { position += 1 }
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
}
