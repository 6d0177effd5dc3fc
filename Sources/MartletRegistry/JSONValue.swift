/// A JSON document (RFC 8259) as a value, read strictly: what two readers could understand differently is an error.
///
/// Registry documents are signed by their digest and read by many programs, so the one that checks and the one that
/// runs must not disagree. Hence duplicate names, invalid UTF-8, lone surrogates and trailing text are refused.
enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The text of the number as it stood there.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// What is wrong with a document, and at which byte.
    struct Malformed: Error, Hashable, CustomStringConvertible {
        let reason: String
        let offset: Int
        var description: String { "\(reason) at byte \(offset)" }
    }

    /// A member of an object; `nil` when it is absent, null, or this is no object.
    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self, let value = members[name], value != .null else { return nil }
        return value
    }

    var text: String? { if case .string(let text) = self { text } else { nil } }
    var list: [JSONValue]? { if case .array(let list) = self { list } else { nil } }
    var members: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
    /// `nil` when it is no whole number that fits.
    var integer: Int64? { if case .number(let text) = self { Int64(text) } else { nil } }
    /// `nil` unless every element is a text.
    var texts: [String]? {
        guard let list else { return nil }
        let texts = list.compactMap(\.text)
        return texts.count == list.count ? texts : nil
    }
}
