import Testing

@testable import MartletRegistry

@Suite("Hosts and ports")
struct HostAndPortTests {
    @Test(
        "are read without case and written again",
        arguments: [
            ("host", "host", nil), ("A.b-c.De:1", "a.b-c.de", 1), ("1.2.3.4:65535", "1.2.3.4", 65535),
            ("[::1]", "::1", nil), ("[FE80::a]:443", "fe80::a", 443),
        ] as [(String, String, Int?)]
    )
    func read(text: String, host: String, port: Int?) throws {
        let parsed = try #require(HostAndPort(text))
        #expect((parsed.host, parsed.port) == (host, port))
        #expect(parsed.description == text.lowercased())
    }

    @Test(
        "are refused when a resolver or a URL could read them differently",
        arguments: [
            "", ":1", "a:", "a:0", "a:65536", "a:+1", "a:1:2", "-a", "a-", "a..b", "a_b", "a b", "a/b", "a@b", "é",
            "[::1", "::1", "[::1]2", "[1.2.3.4]", "[::1%lo]", "a:123456", String(repeating: "a", count: 64),
        ]
    )
    func refused(text: String) { #expect(HostAndPort(text) == nil) }
}
