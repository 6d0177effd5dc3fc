import MartletLinux
import Testing

@testable import MartletContainers

@Suite("Firewall")
struct FirewallTests {
    private let firewall = Firewall(
        table: "martlet_cell",
        interfacePrefix: "wabc",
        pool: .defaultContainerPool,
        externalAddress: IPv4Address(192, 0, 2, 1),
        deniedNetworks: [IPv4Network(IPv4Address(10, 0, 0, 0), prefix: 8)],
        hostPorts: [53]
    )

    private func member(_ egress: [EgressRule] = []) throws -> Firewall.Member {
        Firewall.Member(
            id: try #require(ContainerID("instance-guid-with-more-than-28-bytes")),
            interface: "wabcxyz",
            address: IPv4Address(10, 254, 0, 2),
            ports: [
                MappedPort(containerPort: 8080, hostPort: 61_001), MappedPort(containerPort: 2222, hostPort: 61_002),
            ],
            egress: egress
        )
    }

    @Test("the whole rule set is the recorded one")
    func golden() {
        #expect(firewall.setUp == Fixture.text("firewall.nft"))
    }

    @Test("a container is two map elements, on the external address and on loop-back")
    func elements() throws {
        let expected = """
            add element ip martlet_cell egress { "wabcxyz" . 10.254.0.2 : goto defaults }
            add element ip martlet_cell netin { 192.0.2.1 . 61001 : 10.254.0.2 . 8080, 127.0.0.1 . 61001 : 10.254.0.2 . 8080, \
            192.0.2.1 . 61002 : 10.254.0.2 . 2222, 127.0.0.1 . 61002 : 10.254.0.2 . 2222 }

            """
        #expect(firewall.add(try member()) == expected)
    }

    @Test("where the external address is loop-back each port has one key")
    func loopback() throws {
        var firewall = firewall
        firewall.externalAddress = .loopback
        #expect(!firewall.add(try member()).contains("192.0.2.1"))
    }

    @Test("egress rules are evaluated latest first, every port towards every network")
    func egress() throws {
        let networks = [
            IPv4Address(10, 1, 0, 0)...IPv4Address(10, 1, 255, 255),
            IPv4Address(10, 2, 0, 1)...IPv4Address(10, 2, 0, 1),
        ]
        let rules = [
            EgressRule(.all, to: [], log: true),
            EgressRule(.tcp(ports: [80...80, 8000...8999]), to: networks),
            EgressRule(.icmp(type: 8, code: nil)),
        ]
        let expected = [
            "ip protocol icmp icmp type 8 accept",
            "ip daddr 10.1.0.0-10.1.255.255 tcp dport 80 accept",
            "ip daddr 10.1.0.0-10.1.255.255 tcp dport 8000-8999 accept",
            "ip daddr 10.2.0.1 tcp dport 80 accept",
            "ip daddr 10.2.0.1 tcp dport 8000-8999 accept",
            "ip version 4 ct state new,untracked,invalid log prefix \"instance-guid-with-more-than \"",
            "ip version 4 accept",
            "ip saddr 10.254.0.0/30 ip daddr 10.254.0.0/30 accept",
            "goto defaults",
        ]
        #expect(firewall.egressRules(try member(rules)) == expected)
    }
}
