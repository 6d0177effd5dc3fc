/// A `Content-Range` header of a partial answer (RFC 9110 section 14.4).
struct ContentRange: Hashable, Sendable {
    var first: Int64
    var last: Int64
    /// `nil` for `*`.
    var total: Int64?

    /// Reads `bytes FIRST-LAST/TOTAL`; `nil` for anything else, also for `bytes */TOTAL`.
    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
        let parts = words[1].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]), first <= last else {
            return nil
        }
        self.first = first
        self.last = last
        guard parts[1] != "*" else { return }
        guard let total = Self.number(parts[1]), last < total else { return nil }
        self.total = total
    }

    private static func number(_ text: Substring) -> Int64? {
        !text.isEmpty && text.utf8.allSatisfy(\.isDigit) ? Int64(text) : nil
    }
}
