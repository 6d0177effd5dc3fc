import Testing

@testable import MartletHTTP

@Suite("Transfer plan")
struct TransferPlanTests {
    private func plan(
        _ request: HTTPRequest,
        base: String? = "http://127.0.0.1:8889",
        timeout: Duration? = nil
    ) throws -> TransferPlan {
        try TransferPlan(request, configuration: HTTPClient.Configuration(baseURL: base), timeout: timeout)
    }

    @Test("joins the base and the path")
    func base() throws {
        let plan = try plan(HTTPRequest(.get, "/v1/x%2Fy", query: "a=b"))
        #expect(plan.url == "http://127.0.0.1:8889/v1/x%2Fy?a=b")
        #expect(plan.peer == "127.0.0.1:8889")
        #expect(plan.unixSocket == nil)
        #expect(try self.plan(HTTPRequest(.get, "/x"), base: "https://h/").url == "https://h/x")
    }

    @Test("a whole URL goes where it says")
    func absolute() throws {
        let plan = try plan(HTTPRequest(.get, "https://user@[::1]/v2/", query: "n=1"), base: "unix:/run/x.sock")
        #expect(plan.url == "https://user@[::1]/v2/?n=1")
        #expect(plan.peer == "[::1]:443")
        #expect(plan.unixSocket == nil)
    }

    @Test("a unix socket replaces the host")
    func unix() throws {
        let plan = try plan(HTTPRequest(.post, "/v1/ping"), base: "unix:/run/x.sock")
        #expect(plan.url == "http://localhost/v1/ping")
        #expect(plan.peer == "/run/x.sock")
        #expect(plan.unixSocket == "/run/x.sock")
    }

    @Test("methods that anticipate content say so when there is none")
    func bodies() throws {
        #expect(try plan(HTTPRequest(.post, "/")).body == [])
        #expect(try plan(HTTPRequest(.get, "/")).body == nil)
        #expect(try plan(HTTPRequest(.delete, "/")).body == nil)
        #expect(try plan(HTTPRequest(.get, "/", body: [1])).body == [1])
    }

    @Test("leaves the framing to libcurl, and its habits out")
    func headers() throws {
        let headers: HTTPHeaders = [
            "Content-Length": "5", "transfer-encoding": "chunked", "X-Empty": "", "Accept": "a, b",
        ]
        #expect(
            try plan(HTTPRequest(.post, "/", headers: headers)).headerLines == [
                "Expect:", "Content-Type:", "User-Agent: martlet/0.1", "X-Empty;", "Accept: a, b",
            ]
        )
        let own: HTTPHeaders = ["User-Agent": "x", "content-type": "y"]
        #expect(
            try plan(HTTPRequest(.post, "/", headers: own)).headerLines == [
                "Expect:", "User-Agent: x", "content-type: y",
            ]
        )
    }

    @Test(
        "times are whole milliseconds within what libcurl takes",
        arguments: [
            (nil, 0), (Duration.zero, 1), (.seconds(-5), 1), (.milliseconds(1500), 1500),
            (.seconds(1 << 40), 2_000_000_000),
        ] as [(Duration?, Int)]
    )
    func timeouts(timeout: Duration?, milliseconds: Int) throws {
        #expect(try plan(HTTPRequest(.get, "/"), timeout: timeout).timeoutMilliseconds == milliseconds)
    }

    @Test(
        "nothing can smuggle a line or a space",
        arguments: [
            HTTPRequest("GET / HTTP/1.1\r\nX", "/"),
            HTTPRequest("", "/"),
            HTTPRequest(.get, "/a b"),
            HTTPRequest(.get, "/a\r\nX: y"),
            HTTPRequest(.get, "/a", query: "b c"),
            HTTPRequest(.get, "a"),
            HTTPRequest(.get, ""),
            HTTPRequest(.get, "/", headers: ["X": "a\r\nY: b"]),
            HTTPRequest(.get, "/", headers: ["X": "a\u{0}"]),
            HTTPRequest(.get, "/", headers: ["X:": "a"]),
            HTTPRequest(.get, "/", headers: ["": "a"]),
        ]
    )
    func refused(request: HTTPRequest) {
        #expect(throws: HTTPTransportError.self) { try plan(request) }
    }

    @Test("a path without a base, and a base that is none, are refused")
    func noBase() {
        #expect(throws: HTTPTransportError.self) { try plan(HTTPRequest(.get, "/"), base: nil) }
        #expect(throws: HTTPTransportError.self) { try plan(HTTPRequest(.get, "/"), base: "ftp://x") }
    }
}
