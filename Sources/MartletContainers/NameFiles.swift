import MartletLinux

/// The texts of a container's `/etc/hosts` and `/etc/resolv.conf`.
enum NameFiles {
    static func hosts(address: IPv4Address, hostname: String) -> String {
        "127.0.0.1 localhost\n\(address) \(hostname)\n"
    }

    /// - Parameters:
    ///   - host: the host's own file.
    ///   - configured: the operator's name servers, used instead of the host's when there are any.
    ///   - gateway: named when the host's only name server is itself, where the container cannot reach it by loop-back.
    static func resolver(host: String, configured: [IPv4Address], gateway: IPv4Address) -> String {
        if !configured.isEmpty { return configured.map { "nameserver \($0)\n" }.joined() }
        if usesGateway(host: host, configured: configured) { return "nameserver \(gateway)\n" }
        let lines = host.split(separator: "\n").filter { line in
            guard let server = nameServer(line) else { return true }
            return !server.hasPrefix("127.")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// True when containers are told to ask the gateway, which must let them.
    static func usesGateway(host: String, configured: [IPv4Address]) -> Bool {
        let servers = host.split(separator: "\n").compactMap { nameServer($0) }
        return configured.isEmpty && servers.count == 1 && servers.allSatisfy { $0.hasPrefix("127.") }
    }

    private static func nameServer(_ line: Substring) -> Substring? {
        let words = line.split { $0 == " " || $0 == "\t" }
        return words.count >= 2 && words[0] == "nameserver" ? words[1] : nil
    }
}
