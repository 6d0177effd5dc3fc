import Glibc
import MartletHTTP
import MartletTestSupport
import Testing

@Suite("HTTP client", .timeLimit(.minutes(2)))
struct HTTPClientTests {
    private let table = RouteTable([
        Route(.get, "/ping") { _ in .text(.ok, "pong") },
        Route(.get, "/elsewhere") { _ in HTTPResponse(302, headers: ["Location": "/ping"]) },
        Route(.get, "/big") { _ in HTTPResponse(.ok, body: .bytes([UInt8](repeating: 1, count: 100_000))) },
        Route(.get, "/agent") { .text(.ok, $0.headers["User-Agent"] ?? "none") },
        Route(.get, "/never") { _ in
            for await _ in AsyncStream<Void>(unfolding: { try? await Task.sleep(for: .seconds(1000)) }) {}
            return .notFound
        },
        Route(.get, "/endless") { _ in HTTPResponse(.ok, body: .stream(AsyncStream { _ in })) },
        Route(.put, "/length") {
            .text(.ok, "\($0.headers["Content-Length"] ?? "none") \($0.headers["Content-Type"] ?? "none")")
        },
    ])

    private func text(_ answer: HTTPAnswer) -> String { String(decoding: answer.body, as: UTF8.self) }

    @Test("any status is an answer, and redirects are not followed")
    func statuses() async throws {
        try await withHTTPServer(table) { server, client in
            let status1 = try await client.send(HTTPRequest(.get, "/none"), timeout: .seconds(10)).status
            #expect(status1 == .notFound)
            let redirect = try await client.send(HTTPRequest(.get, "/elsewhere"), timeout: .seconds(10))
            #expect(redirect.status == 302)
            #expect(redirect.headers["location"] == "/ping")
            let whole = HTTPRequest(.get, "http://127.0.0.1:\(server.port)/agent")
            #expect(text(try await HTTPClient().send(whole, timeout: .seconds(10))) == "martlet/0.1")
            let empty = try await client.send(HTTPRequest(.put, "/length"), timeout: .seconds(10))
            #expect(text(empty) == "0 none")
        }
    }

    @Test("nobody listening is told apart, with the address and the reason")
    func refused() async throws {
        let port = try HTTPServer(HTTPServer.Configuration(.tcp(address: "127.0.0.1", port: 0)), RouteTable([])).port
        let client = HTTPClient(HTTPClient.Configuration(baseURL: "http://127.0.0.1:\(port)"))
        let expected = HTTPTransportError.cannotConnect("Cannot connect to 127.0.0.1:\(port): Connection refused.")
        await #expect(throws: expected) { try await client.send(HTTPRequest(.get, "/"), timeout: .seconds(10)) }
        await #expect(throws: expected) { try await client.open(HTTPRequest(.get, "/")) }
        let unix = HTTPClient(HTTPClient.Configuration(baseURL: "unix:/nonexistent/x.sock"))
        await #expect(throws: HTTPTransportError.self) {
            try await unix.send(HTTPRequest(.get, "/"), timeout: .seconds(10))
        }
    }

    @Test("an answer that does not come in time, or is too large, is an error")
    func limits() async throws {
        try await withHTTPServer(table) { server, client in
            await #expect(throws: HTTPTransportError.timedOut("127.0.0.1:\(server.port) did not answer in time.")) {
                try await client.send(HTTPRequest(.get, "/never"), timeout: .milliseconds(50))
            }
            var configuration = HTTPClient.Configuration(baseURL: "http://127.0.0.1:\(server.port)")
            configuration.answerLimit = 99_999
            let small = HTTPClient(configuration)
            await #expect(throws: HTTPTransportError.answerTooLarge(limit: 99_999)) {
                try await small.send(HTTPRequest(.get, "/big"), timeout: .seconds(10))
            }
            let status2 = try await small.send(HTTPRequest(.get, "/ping"), timeout: .seconds(10)).status
            #expect(status2 == .ok)
        }
    }

    @Test(
        "a broken answer is an interruption",
        arguments: [
            "", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "nonsense\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        ]
    )
    func broken(answer: String) async throws {
        let listener = try RawListener()
        async let served: Void = listener.serveOnce(answer)
        let client = HTTPClient(HTTPClient.Configuration(baseURL: "http://127.0.0.1:\(listener.port)"))
        let error = await #expect(throws: HTTPTransportError.self) {
            try await client.send(HTTPRequest(.post, "/"), timeout: .seconds(10))
        }
        if case .interrupted(let text) = error {
            #expect(text.contains("127.0.0.1:\(listener.port)"))
        } else {
            Issue.record("not an interruption: \(error.map { "\($0)" } ?? "nothing")")
        }
        try await served
    }

    @Test("a cancelled task's request ends at once, before and after the head")
    func cancellation() async throws {
        try await withHTTPServer(table) { _, client in
            await withTaskGroup { group in
                group.addTask {
                    await #expect(throws: HTTPTransportError.self) {
                        try await client.send(HTTPRequest(.get, "/never"), timeout: .seconds(100))
                    }
                }
                group.addTask {
                    await #expect(throws: HTTPTransportError.self) {
                        try await client.open(HTTPRequest(.get, "/endless"))
                    }
                }
                group.cancelAll()
            }
            let answer = try await client.open(HTTPRequest(.get, "/endless"))
            await withThrowingTaskGroup { group in
                // As with any stream of the standard library, a cancelled consumer may see the end or an error.
                group.addTask { for try await _ in answer.body {} }
                group.cancelAll()
                try? await group.waitForAll()
            }
        }
    }

    @Test("a dropped body ends the transfer, and the client may go first")
    func dropped() async throws {
        let ended = AsyncStream<Void>.makeStream()
        let table = RouteTable([
            Route(.get, "/") { _ in
                let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
                continuation.onTermination = { _ in ended.continuation.finish() }
                continuation.yield([1])
                return HTTPResponse(.ok, body: .stream(stream))
            }
        ])
        try await withHTTPServer(table) { server, _ in
            func open() async throws -> HTTPStreamingAnswer {
                let client = HTTPClient(HTTPClient.Configuration(baseURL: "http://127.0.0.1:\(server.port)"))
                return try await client.open(HTTPRequest(.get, "/"))
            }
            do {
                let answer = try await open()
                for try await piece in answer.body {
                    #expect(piece == [1])
                    break
                }
            }
            for await _ in ended.stream {}
        }
    }

    @Test("connections are used again")
    func keepAlive() async throws {
        let listener = try RawListener()
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        async let served: Void = listener.serveOnce(answer, times: 3)
        let client = HTTPClient(HTTPClient.Configuration(baseURL: "http://127.0.0.1:\(listener.port)"))
        for _ in 0..<3 {
            let status3 = try await client.send(HTTPRequest(.get, "/"), timeout: .seconds(10)).status
            #expect(status3 == .ok)
        }
        try await served
    }

    @Test("a certificate file that cannot be read is named")
    func missingAuthority() async {
        var configuration = HTTPClient.Configuration(baseURL: "https://127.0.0.1:1")
        configuration.caFiles = ["/nonexistent.pem"]
        await #expect(throws: HTTPTransportError.cannotConnect("The CA file /nonexistent.pem cannot be read.")) {
            try await HTTPClient(configuration).send(HTTPRequest(.get, "/"), timeout: .seconds(10))
        }
    }
}
