import Testing

@testable import MartletHTTP

@Suite("Request target")
struct RequestTargetTests {
    @Test(
        "splits path and query, and drops the authority of an absolute form",
        arguments: [
            ("/a/b", "/a/b", nil),
            ("/a?", "/a", ""),
            ("/a?b=c?d", "/a", "b=c?d"),
            ("/%2F//", "/%2F//", nil),
            ("http://host:80/a?b", "/a", "b"),
            ("https://host", "/", nil),
            ("http://host?q", "/", "q"),
            ("*", "*", nil),
            ("", "", nil),
        ] as [(String, String, String?)]
    )
    func split(target: String, path: String, query: String?) {
        let result = RequestTarget.split(target)
        #expect(result.path == path)
        #expect(result.query == query)
    }
}
