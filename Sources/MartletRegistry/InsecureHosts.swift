/// Registries that an operator allows to be reached without a trusted certificate, or in clear.
///
/// Entries are `host`, `host:port` as written in the image's name, or a block of addresses such as `10.0.0.0/8`. Names
/// compare without case and without wild-cards; a host without port means the default port.
public struct InsecureHosts: Hashable, Sendable {
    private struct Block: Hashable, Sendable {
        var network: IPAddress
        var prefixLength: Int
    }

    private var hosts: Set<HostAndPort> = []
    private var blocks: Set<Block> = []

    /// Nobody.
    public init() {}

    /// - Throws: `.misconfigured`, naming the entry that is neither.
    public init(_ entries: [String]) throws(RegistryError) {
        for entry in entries {
            if let block = Self.block(entry) {
                blocks.insert(block)
            } else if let host = HostAndPort(entry) {
                hosts.insert(Self.normalized(host))
            } else {
                throw RegistryError(
                    .misconfigured,
                    "\(entry) in the list of insecure registries is neither host[:port] nor a block such as 10.0.0.0/8."
                )
            }
        }
    }

    func contains(_ host: HostAndPort) -> Bool {
        if hosts.contains(Self.normalized(host)) { return true }
        guard let address = IPAddress(host.host) else { return false }
        return blocks.contains { address.isIn($0.network, prefixLength: $0.prefixLength) }
    }

    private static func normalized(_ host: HostAndPort) -> HostAndPort { host.withPort(host.port ?? 443) }

    private static func block(_ entry: String) -> Block? {
        let parts = entry.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let network = IPAddress(parts[0]), parts[1].utf8.allSatisfy(\.isDigit),
            let length = Int(parts[1]), length <= network.bytes.count * 8
        else { return nil }
        return Block(network: network, prefixLength: length)
    }
}
