import Testing

@testable import MartletRegistry

@Suite("Registry URLs")
struct RegistryURLTests {
    @Test(
        "are read and written",
        arguments: [
            ("https://host/v2/", "https://host/v2/"), ("HTTP://Host:5000", "http://host:5000/"),
            ("https://h/a?b=c&d#e", "https://h/a?b=c&d"), ("https://h?q", "https://h/?q"),
            ("https://h/?", "https://h/?"),
            ("https://[::1]:1/x", "https://[::1]:1/x"), ("ftp://h/", nil), ("file:///etc/passwd", nil),
            ("https:///x", nil),
            ("https://u:p@h/", nil), ("https://h/a b", nil), ("https://h/é", nil), ("https://h/\r\nX: y", nil),
            ("", nil),
            ("//h/x", nil),
        ] as [(String, String?)]
    )
    func read(text: String, written: String?) { #expect(RegistryURL(text)?.description == written) }

    @Test(
        "lead on as a browser would go",
        arguments: [
            ("https://o/x", "https://o/x"), ("//o:1/x?y", "https://o:1/x?y"), ("/abs?q", "https://h/abs?q"),
            ("rel", "https://h/a/rel"), ("?q", "https://h/a/b?q"), ("file:///x", nil), ("javascript:x", nil),
            ("http://o/", "http://o/"), ("gopher://x/", nil),
        ] as [(String, String?)]
    )
    func following(location: String, target: String?) throws {
        let base = try #require(RegistryURL("https://h/a/b?old"))
        #expect(base.following(location: location)?.description == target)
    }

    @Test("share an origin when scheme, host and port are the same")
    func origin() {
        #expect(RegistryURL("https://h/a")?.origin == RegistryURL("https://H:443/b")?.origin)
        #expect(RegistryURL("https://h/a")?.origin != RegistryURL("http://h/a")?.origin)
        #expect(RegistryURL("https://h/a")?.origin != RegistryURL("https://h:444/a")?.origin)
    }
}
