/// `host[:port]` of a registry or a URL: a DNS name, an IPv4 address, or an IPv6 address in brackets.
struct HostAndPort: Hashable, Sendable, CustomStringConvertible {
    /// Lower-case; an IPv6 address without its brackets.
    let host: String
    /// 1 to 65535; `nil` when none was written.
    let port: Int?

    init?(_ text: some StringProtocol) {
        let (host, port): (Substring, Substring?)
        let text = Substring(text.lowercased())
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            port = rest.isEmpty ? nil : rest.dropFirst()
            guard IPAddress(v6: host) != nil else { return nil }
        } else {
            let colon = text.firstIndex(of: ":")
            host = text[..<(colon ?? text.endIndex)]
            port = colon.map { text[text.index(after: $0)...] }
            guard host.utf8.count <= 253, Self.isDNSName(host) else { return nil }
        }
        if let port {
            guard port.utf8.count <= 5, port.utf8.allSatisfy(\.isDigit), let number = Int(port),
                (1...65535).contains(number)
            else { return nil }
            self.port = number
        } else {
            self.port = nil
        }
        self.host = String(host)
    }

    private init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    func withPort(_ port: Int) -> HostAndPort { HostAndPort(host: host, port: port) }

    /// The text again, with brackets where needed.
    var description: String {
        (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
    }

    /// Labels of letters, digits and inner dashes.
    private static func isDNSName(_ name: Substring) -> Bool {
        name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.utf8.first, let last = label.utf8.last, label.utf8.count <= 63 else { return false }
            return first.isLetterOrDigit && last.isLetterOrDigit
                && label.utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
        }
    }
}
