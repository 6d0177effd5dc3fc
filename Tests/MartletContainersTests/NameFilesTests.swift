import MartletLinux
import Testing

@testable import MartletContainers

@Suite("Hosts and resolver files")
struct NameFilesTests {
    private let gateway = IPv4Address(10, 254, 0, 1)

    @Test(
        "name servers of a container",
        arguments: [
            ("nameserver 8.8.8.8\nsearch lan\n", [], "nameserver 8.8.8.8\nsearch lan\n"),
            ("nameserver 127.0.0.53\noptions edns0\n", [], "nameserver 10.254.0.1\n"),
            ("search a\nnameserver 127.0.0.1\nnameserver\t9.9.9.9", [], "search a\nnameserver\t9.9.9.9\n"),
            ("nameserver 127.0.0.1\nnameserver 127.0.0.2\n", [], ""),
            ("", [], ""),
            ("nameserver 8.8.8.8\nsearch lan\n", [IPv4Address(1, 1, 1, 1)], "nameserver 1.1.1.1\n"),
        ]
    )
    func resolver(host: String, configured: [IPv4Address], expected: String) {
        #expect(NameFiles.resolver(host: host, configured: configured, gateway: gateway) == expected)
    }

    @Test("a container knows itself and loop-back")
    func hosts() {
        let text = NameFiles.hosts(address: IPv4Address(10, 254, 0, 2), hostname: "guid")
        #expect(text == "127.0.0.1 localhost\n10.254.0.2 guid\n")
    }
}
