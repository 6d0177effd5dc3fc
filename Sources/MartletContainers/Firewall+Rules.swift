import MartletLinux

/// The common rules, and those of one container.
extension Firewall {
    var portMapping: String { "ip protocol tcp dnat ip to ip daddr . tcp dport map @netin" }

    /// `route_localnet` on the links, which mapped ports on 127.0.0.1 need, would let a container reach services of the
    /// host that listen on loop-back only.
    var rawRules: [String] { ["iifname \"\(interfacePrefix)*\" ip daddr 127.0.0.0/8 drop"] }

    var sourceRules: [String] {
        [
            "oifname \"\(interfacePrefix)*\" ip saddr 127.0.0.0/8 masquerade",
            "ip saddr \(pool) ip daddr != \(pool) masquerade",
            // A container that reaches itself through its mapped port: without this the answer would not come back here.
            "ct status dnat ip saddr \(pool) ip daddr \(pool) masquerade",
        ]
    }

    var forwardRules: [String] {
        [
            "iifname != \"\(interfacePrefix)*\" return",
            "ct state established,related accept",
            "iifname . ip saddr vmap @egress",
            // Unknown interface or borrowed source address.
            "drop",
        ]
    }

    var inputRules: [String] {
        let ports = Set(hostPorts).sorted().map { String($0) }.joined(separator: ", ")
        let open = ports.isEmpty ? [] : ["tcp dport { \(ports) } accept", "udp dport { \(ports) } accept"]
        return ["iifname != \"\(interfacePrefix)*\" return", "ct state established,related accept"] + open
            + ["reject with icmp type host-prohibited"]
    }

    var defaultRules: [String] {
        deniedNetworks.map { "ip daddr \($0) reject with icmp type host-prohibited" } + ["accept"]
    }

    /// Latest rule first, then the container's own network, then the cell's defaults.
    func egressRules(_ member: Member) -> [String] {
        let prefix = member.id.rawValue.prefix(28)
        let rules = member.egress.reversed().flatMap { rule in
            matches(rule).flatMap { match in
                let log = "\(match) ct state new,untracked,invalid log prefix \"\(prefix) \""
                return (rule.log ? [log] : []) + ["\(match) accept"]
            }
        }
        let network = IPv4Network(member.address, prefix: 30)
        return rules + ["ip saddr \(network) ip daddr \(network) accept", "goto defaults"]
    }

    /// Every port range towards every network, at least one.
    private func matches(_ rule: EgressRule) -> [String] {
        let networks =
            rule.destinations.isEmpty
            ? [""]
            : rule.destinations.map { "ip daddr \(range($0.lowerBound, $0.upperBound)) " }
        return networks.flatMap { network in protocols(rule.match).map { network + $0 } }
    }

    private func protocols(_ match: EgressRule.Match) -> [String] {
        switch match {
        case .all: ["ip version 4"]
        case .tcp(let ports): ports.isEmpty ? ["ip protocol tcp"] : ports.map { "tcp dport \(range($0))" }
        case .udp(let ports): ports.isEmpty ? ["ip protocol udp"] : ports.map { "udp dport \(range($0))" }
        case .icmp(let type, let code):
            [
                "ip protocol icmp" + (type.map { " icmp type \($0)" } ?? "") + (code.map { " icmp code \($0)" } ?? "")
            ]
        }
    }

    private func range(_ ports: ClosedRange<UInt16>) -> String { range(ports.lowerBound, ports.upperBound) }

    private func range<Value: Equatable>(_ lower: Value, _ upper: Value) -> String {
        lower == upper ? "\(lower)" : "\(lower)-\(upper)"
    }
}
