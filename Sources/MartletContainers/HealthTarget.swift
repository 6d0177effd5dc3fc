import MartletLinux

/// What an HTTP probe asks for, and where a redirect leads.
struct HealthTarget: Hashable, Sendable {
    var address: IPv4Address
    var port: UInt16
    /// With the query; begins with a slash.
    var path: String

    /// HTTP/1.1, because some servers refuse 1.0; the connection is for this request alone.
    var request: String {
        """
        GET \(path) HTTP/1.1\r
        Host: \(address):\(port)\r
        User-Agent: diego-healthcheck\r
        X-Forwarded-Proto: https\r
        Accept-Encoding: identity\r
        Connection: close\r
        \r

        """
    }

    /// - Parameter location: of a redirect: absolute, without a host, or relative to this path.
    /// - Returns: nil when it leads out of the container, or is not plain HTTP.
    func following(_ location: String) -> HealthTarget? {
        var target = self
        let reference = location.prefix { $0 != "#" }
        if let scheme = reference.firstRange(of: "://") {
            guard reference[..<scheme.lowerBound].lowercased() == "http" else { return nil }
            let rest = reference[scheme.upperBound...]
            let authority = rest.prefix { $0 != "/" && $0 != "?" }
            guard target.move(to: authority) else { return nil }
            target.path = Self.absolute(rest.dropFirst(authority.count))
        } else if reference.hasPrefix("/") {
            target.path = String(reference)
        } else {
            let base = path.prefix { $0 != "?" }
            let directory = base[...(base.lastIndex(of: "/") ?? base.startIndex)]
            target.path = String(reference.hasPrefix("?") ? base + reference : directory + reference)
        }
        guard target.path.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { return nil }
        return target
    }

    /// Only the container itself can be asked from here.
    private mutating func move(to authority: Substring) -> Bool {
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, parts.count <= 2 else { return false }
        let known = host == "\(address)" || host == "localhost" || host == "127.0.0.1"
        guard known, let number = parts.count == 2 ? UInt16(parts[1]) : 80 else { return false }
        port = number
        return true
    }

    private static func absolute(_ path: Substring) -> String { path.hasPrefix("/") ? String(path) : "/" + path }
}
