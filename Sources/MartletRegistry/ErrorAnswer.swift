/// What a registry says about a refused request, bounded and cleaned.
struct ErrorAnswer: Hashable, Sendable {
    /// For example `MANIFEST_UNKNOWN`.
    var codes: [String] = []
    /// At most 1 KiB; empty when it said nothing.
    var message = ""

    /// `: message`, or nothing.
    var suffix: String { message.isEmpty ? "" : ": \(message)" }

    static func read(_ answer: Exchange.Answer, _ timing: Timing, limit: Int) async -> ErrorAnswer {
        guard let body = try? await BodyReader.collect(answer.body, timing, limit: limit) else { return ErrorAnswer() }
        return ErrorAnswer(body)
    }

    init() {}

    /// Reads `{"errors":[{"code","message"}]}`, or takes anything else as text.
    init(_ body: [UInt8]) {
        let errors = (try? JSONValue(parsing: body))?["errors"]?.list ?? []
        codes = errors.compactMap { $0["code"]?.text }
        let texts = errors.compactMap { $0["message"]?.text ?? $0["code"]?.text }
        let text = texts.isEmpty ? String(decoding: body.prefix(1024), as: UTF8.self) : texts.joined(separator: ", ")
        message = RegistryError.cleaned(text, limit: 1024)
    }
}
