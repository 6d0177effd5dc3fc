import FoundationEssentials

/// What `--json` prints: `snake_case` keys in alphabetical order.
enum JSONText {
    static func pretty(_ value: some Encodable) -> String { text(value, [.prettyPrinted]) }
    /// Without line ends, for streams of values.
    static func line(_ value: some Encodable) -> String { text(value, []) }

    private static func text(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
        do { return String(decoding: try encoder.encode(value), as: UTF8.self) } catch {
            preconditionFailure("cannot print \(value) as JSON: \(error)")
        }
    }
}
