/// The target of a request line, RFC 9112 section 3.2.
enum RequestTarget {
    /// Path and query of a target in origin form or absolute form; the authority of the latter is dropped.
    /// - Parameter query: given when `target` was split already; a query inside `target` wins.
    static func split(_ target: String, query: String? = nil) -> (path: String, query: String?) {
        var rest = target[...]
        for scheme in ["http://", "https://"] where rest.hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count).drop { $0 != "/" && $0 != "?" }
            if !rest.hasPrefix("/") { return ("/", rest.isEmpty ? query : String(rest.dropFirst())) }
            break
        }
        guard let mark = rest.firstIndex(of: "?") else { return (String(rest), query) }
        return (String(rest[..<mark]), String(rest[rest.index(after: mark)...]))
    }
}
