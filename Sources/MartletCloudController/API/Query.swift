import MartletHTTP

/// The query of a request, percent-decoded.
struct Query {
    private let values: [String: String]

    /// - Throws: 400 for keys that are not in `known`.
    init(_ request: HTTPRequest, known: [String]) throws(APIError) {
        var values: [String: String] = [:]
        for pair in (request.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = percentDecoded(parts[0]) ?? ""
            guard known.contains(name) else {
                throw .badQuery("Unknown query parameter(s): '\(name)'; known are \(known.joined(separator: ", ")).")
            }
            values[name] = parts.count == 2 ? percentDecoded(parts[1]) ?? "" : ""
        }
        self.values = values
    }

    subscript(_ name: String) -> String? { values[name] }

    /// - Throws: 400 for what is no whole number in `range`.
    func integer<I: FixedWidthInteger>(_ name: String, in range: ClosedRange<I>) throws(APIError) -> I? {
        guard let text = values[name] else { return nil }
        guard let value = I(text), range.contains(value) else {
            throw .badQuery("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return value
    }
}
