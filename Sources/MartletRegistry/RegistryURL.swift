/// An absolute http or https URL, taken apart as far as redirects and credentials need it.
struct RegistryURL: Hashable, Sendable, CustomStringConvertible {
    enum Scheme: String, Sendable {
        case http
        case https
    }

    /// What credentials may be sent to: the same scheme, host and port.
    struct Origin: Hashable, Sendable {
        let scheme: Scheme
        let host: String
        let port: Int
    }

    var scheme: Scheme
    var authority: HostAndPort
    /// With the leading slash, percent-encoded as it came.
    var path: String
    var query: String?

    init(_ scheme: Scheme, _ authority: HostAndPort, path: String, query: String? = nil) {
        self.scheme = scheme
        self.authority = authority
        self.path = path
        self.query = query
    }

    /// - Returns: `nil` for other schemes, user information, spaces, control characters or non-ASCII bytes. A fragment is
    ///   dropped.
    init?(_ text: String) {
        guard let (scheme, rest) = Self.cutScheme(text), rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            return nil
        }
        let withoutFragment = rest.prefix { $0 != "#" }
        let authority = withoutFragment.prefix { $0 != "/" && $0 != "?" }
        guard let host = HostAndPort(authority) else { return nil }
        let target = withoutFragment[authority.endIndex...]
        let path = target.prefix { $0 != "?" }
        let query = target[path.endIndex...].dropFirst()
        self.init(
            scheme,
            host,
            path: path.isEmpty ? "/" : String(path),
            query: path.endIndex == target.endIndex ? nil : String(query)
        )
    }

    var origin: Origin {
        Origin(scheme: scheme, host: authority.host, port: authority.port ?? (scheme == .https ? 443 : 80))
    }

    /// Scheme, host, port and path: what goes before `?`.
    var withoutQuery: String { "\(scheme.rawValue)://\(authority)\(path)" }

    var description: String { withoutQuery + (query.map { "?\($0)" } ?? "") }

    /// Where a `Location` header leads from here (RFC 3986 section 5.2).
    /// - Returns: `nil` when that is no http or https URL.
    func following(location: String) -> RegistryURL? {
        if location.hasPrefix("//") { return RegistryURL("\(scheme.rawValue):\(location)") }
        if Self.hasScheme(location) { return RegistryURL(location) }
        let base = "\(scheme.rawValue)://\(authority)"
        if location.hasPrefix("/") { return RegistryURL(base + location) }
        if location.hasPrefix("?") { return RegistryURL(base + path + location) }
        let directory = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
        return RegistryURL(base + directory + location)
    }

    private static func cutScheme(_ text: String) -> (Scheme, Substring)? {
        for scheme in [Scheme.https, .http] {
            let prefix = "\(scheme.rawValue)://"
            if text.prefix(prefix.count).lowercased() == prefix { return (scheme, text.dropFirst(prefix.count)) }
        }
        return nil
    }

    private static func hasScheme(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":") else { return false }
        let scheme = text[..<colon]
        return !scheme.isEmpty && scheme.utf8.allSatisfy { $0.isLetterOrDigit || "+-.".utf8.contains($0) }
    }
}
