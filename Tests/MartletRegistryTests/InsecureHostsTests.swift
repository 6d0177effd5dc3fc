import Testing

@testable import MartletRegistry

@Suite("Insecure registries")
struct InsecureHostsTests {
    @Test(
        "are those on the list and no others",
        arguments: [
            ("reg.local:5000", true), ("REG.local:5000", true), ("reg.local", false), ("reg.local:5001", false),
            ("a.reg.local:5000", false), ("plain.local", true), ("plain.local:443", true), ("plain.local:80", false),
            ("127.0.0.1:1234", true), ("127.9.9.9", true), ("128.0.0.1", false), ("[fd00::1]:5000", true),
            ("[fe00::1]:5000", false), ("localhost", false),
        ]
    )
    func contains(host: String, isListed: Bool) throws {
        let list = try InsecureHosts(["Reg.local:5000", "plain.local", "127.0.0.0/8", "fd00::/8"])
        #expect(list.contains(try #require(HostAndPort(host))) == isListed)
    }

    @Test("a broken entry is named", arguments: ["*.local", "http://x", "1.2.3.4/33", "x/8", "", "1.2.3.4/", "a:0"])
    func broken(entry: String) {
        #expect { try InsecureHosts([entry]) } throws: { error in
            guard let error = error as? RegistryError else { return false }
            return error.kind == .misconfigured && error.description.hasPrefix(entry)
        }
    }
}
