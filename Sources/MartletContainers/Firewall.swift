import MartletLinux

/// The nftables of one cell as texts: one table, in which a container is only map elements and at most one chain.
struct Firewall: Hashable, Sendable {
    /// What the firewall has to know of a container.
    struct Member: Hashable, Sendable {
        var id: ContainerID
        var interface: String
        var address: IPv4Address
        var ports: [MappedPort]
        var egress: [EgressRule]
    }

    var table: String
    var interfacePrefix: String
    var pool: IPv4Network
    var externalAddress: IPv4Address
    var deniedNetworks: [IPv4Network]
    /// TCP and UDP ports of the host that containers may use.
    var hostPorts: [UInt16]

    /// Creates what is missing and states all common rules anew, in one transaction; elements and container chains stay.
    var setUp: String {
        """
        add table ip \(table)
        add map ip \(table) netin { type ipv4_addr . inet_service : ipv4_addr . inet_service ; }
        add map ip \(table) egress { type ifname . ipv4_addr : verdict ; }
        \(chain("rawpre", "type filter hook prerouting priority raw", rawRules))
        \(chain("prerouting", "type nat hook prerouting priority dstnat", [portMapping]))
        \(chain("output", "type nat hook output priority -100", [portMapping]))
        \(chain("postrouting", "type nat hook postrouting priority srcnat", sourceRules))
        \(chain("defaults", nil, defaultRules))
        \(chain("forward", "type filter hook forward priority filter", forwardRules))
        \(chain("input", "type filter hook input priority filter", inputRules))
        add table ip6 \(table)
        add chain ip6 \(table) forward { type filter hook forward priority filter ; }
        add chain ip6 \(table) input { type filter hook input priority filter ; }
        flush table ip6 \(table)
        add rule ip6 \(table) forward iifname "\(interfacePrefix)*" drop
        add rule ip6 \(table) input iifname "\(interfacePrefix)*" drop

        """
    }

    /// Removes everything of this cell; missing tables are fine.
    var tearDown: String {
        """
        add table ip \(table)
        delete table ip \(table)
        add table ip6 \(table)
        delete table ip6 \(table)

        """
    }

    /// Opens ports and egress for a container. Repeating it changes nothing.
    func add(_ member: Member) -> String {
        var lines: [String] = []
        if !member.egress.isEmpty {
            lines.append("add chain ip \(table) \(chainName(member))")
            lines.append("flush chain ip \(table) \(chainName(member))")
            lines += egressRules(member).map { "add rule ip \(table) \(chainName(member)) \($0)" }
        }
        let target = member.egress.isEmpty ? "defaults" : chainName(member)
        lines.append(
            "add element ip \(table) egress { \"\(member.interface)\" . \(member.address) : goto \(target) }"
        )
        let ports = portKeys(member).map { "\($0.key) : \(member.address) . \($0.containerPort)" }
        if !ports.isEmpty { lines.append("add element ip \(table) netin { \(ports.joined(separator: ", ")) }") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The opposite of `add`. Fails as a whole when something is missing, so each part is a transaction of its own.
    func remove(_ member: Member) -> [String] {
        var parts = [
            "delete element ip \(table) egress { \"\(member.interface)\" . \(member.address) }\n"
        ]
        let ports = portKeys(member).map(\.key)
        if !ports.isEmpty { parts[0] += "delete element ip \(table) netin { \(ports.joined(separator: ", ")) }\n" }
        if !member.egress.isEmpty { parts.append("delete chain ip \(table) \(chainName(member))\n") }
        return parts
    }

    /// Nothing but `members` has elements afterwards, in one transaction: connections of members do not notice.
    func reset(to members: [Member]) -> String {
        "flush map ip \(table) netin\nflush map ip \(table) egress\n" + members.map { add($0) }.joined()
    }

    /// The chain of a container that has egress rules of its own.
    func chainName(_ member: Member) -> String { "egress_\(member.interface)" }

    /// The part after which the rules of a chain are stated anew.
    private func chain(_ name: String, _ hook: String?, _ rules: [String]) -> String {
        let definition = hook.map { " { \($0) ; }" } ?? ""
        return
            (["add chain ip \(table) \(name)\(definition)", "flush chain ip \(table) \(name)"]
            + rules.map { "add rule ip \(table) \(name) \($0)" }).joined(separator: "\n")
    }

    private func portKeys(_ member: Member) -> [(key: String, containerPort: UInt16)] {
        let addresses = externalAddress == .loopback ? [.loopback] : [externalAddress, .loopback]
        return member.ports.flatMap { port in
            addresses.map { (key: "\($0) . \(port.hostPort)", containerPort: port.containerPort) }
        }
    }
}
