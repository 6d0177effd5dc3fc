import MartletHTTP
import MartletTestSupport
import Testing

@Suite("HTTP server", .timeLimit(.minutes(2)))
struct HTTPServerTests {
    /// Answers with what it was sent.
    private let echo = RouteTable([
        Route(.post, "/v1/echo/{name}") { request in
            let facts = [request.parameters["name"] ?? "", request.query ?? "-", request.headers["X-In"] ?? "-"]
            let headers: HTTPHeaders = ["X-Facts": facts.joined(separator: " ")]
            return HTTPResponse(.created, headers: headers, body: .bytes(request.body))
        },
        Route(.get, "/v1/events") { request in HTTPResponse(.ok, body: .bytes(request.body)) },
        Route(.get, "/none") { _ in HTTPResponse(.noContent) },
    ])

    @Test("answers a request and keeps the connection for the next")
    func answers() async throws {
        try await withHTTPServer(echo) { _, client in
            for text in ["one", "two", ""] {
                let request = HTTPRequest(
                    .post,
                    "/v1/echo/a%20b",
                    query: "q=1",
                    headers: ["X-In": "x  y"],
                    body: Array(text.utf8)
                )
                let answer = try await client.send(request, timeout: .seconds(10))
                #expect(answer.status == .created)
                #expect(answer.headers["x-facts"] == "a b q=1 x  y")
                #expect(answer.headers["Content-Length"] == "\(text.utf8.count)")
                #expect(answer.headers["Date"] != nil)
                #expect(String(decoding: answer.body, as: UTF8.self) == text)
            }
            let status1 = try await client.send(HTTPRequest(.get, "/none"), timeout: .seconds(10)).status
            #expect(status1 == .noContent)
        }
    }

    @Test("delivers the body of a GET")
    func getBody() async throws {
        try await withHTTPServer(echo) { _, client in
            let request = HTTPRequest(.get, "/v1/events", body: [1, 2, 3])
            let answer = try await client.send(request, timeout: .seconds(10))
            #expect(answer.body == [1, 2, 3])
        }
    }

    @Test("unknown paths and wrong methods get the plain texts, HEAD without the body")
    func plainTexts() async throws {
        try await withHTTPServer(echo) { server, client in
            let missing = try await client.send(HTTPRequest(.post, "/v1//echo/x"), timeout: .seconds(10))
            #expect(missing.status == .notFound)
            #expect(missing.headers["Content-Type"] == "text/plain; charset=utf-8")
            #expect(String(decoding: missing.body, as: UTF8.self) == "404 page not found\n")
            let wrong = try await client.send(HTTPRequest(.head, "/v1/echo/x"), timeout: .seconds(10))
            #expect(wrong.status == .methodNotAllowed)
            #expect(wrong.headers["Allow"] == "POST")
            #expect(wrong.headers["X-Content-Type-Options"] == "nosniff")
            #expect(wrong.headers["Content-Length"] == "19")
            #expect(wrong.body == [])
            // Nothing of a HEAD's body is on the wire: the next answer follows at once.
            let raw = try RawConnection(port: server.port)
            try await raw.send("HEAD /v1/echo/x HTTP/1.1\r\nHost: h\r\n\r\nGET /none HTTP/1.0\r\n\r\n")
            let text = await raw.receiveToEnd()
            #expect(text.contains("\r\n\r\nHTTP/1."))
            #expect(!text.contains("Method Not Allowed\n"))
        }
    }

    @Test("the target is taken as sent")
    func target() async throws {
        try await withHTTPServer(echo) { server, _ in
            let raw = try RawConnection(port: server.port)
            try await raw.send("POST http://elsewhere/v1/echo/%C3%BC?a?b HTTP/1.0\r\nContent-Length: 2\r\n\r\nok")
            let text = await raw.receiveToEnd()
            #expect(text.contains("X-Facts: ü a?b -"))
            #expect(text.hasSuffix("\r\n\r\nok"))
        }
    }

    @Test("a client that asks first is told to go on")
    func expectContinue() async throws {
        try await withHTTPServer(echo) { server, _ in
            let raw = try RawConnection(port: server.port)
            let head = "POST /v1/echo/x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
            try await raw.send(head)
            #expect(try await raw.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100"))
            try await raw.send("hello")
            #expect(try await raw.receive(until: "hello").contains("201"))
        }
    }

    @Test("a body over the limit gets 413, announced or not, and the connection serves on")
    func tooLarge() async throws {
        try await withHTTPServer(echo, configure: { $0.maximumBodyBytes = 1000 }) { server, client in
            let path = "/v1/echo/x"
            let exact = HTTPRequest(.post, path, body: [UInt8](repeating: 1, count: 1000))
            #expect(try await client.send(exact, timeout: .seconds(10)).body.count == 1000)
            let over = HTTPRequest(.post, path, body: [UInt8](repeating: 1, count: 1001))
            let status2 = try await client.send(over, timeout: .seconds(10)).status
            #expect(status2 == .contentTooLarge)
            let status3 = try await client.send(exact, timeout: .seconds(10)).status
            #expect(status3 == .created)

            let chunked = try RawConnection(port: server.port)
            try await chunked.send("POST \(path) HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<3 { try await chunked.send("258\r\n" + String(repeating: "x", count: 600) + "\r\n") }
            try await chunked.send("0\r\n\r\n")
            #expect(await chunked.receiveToEnd().hasPrefix("HTTP/1.1 413"))

            let hopeless = try RawConnection(port: server.port)
            try await hopeless.send("POST \(path) HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n")
            #expect(await hopeless.receiveToEnd().hasPrefix("HTTP/1.1 413"))

            let endless = try RawConnection(port: server.port)
            try await endless.send("POST \(path) HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
            await #expect(throws: (any Error).self) {
                while true { try await endless.send("258\r\n" + String(repeating: "x", count: 600) + "\r\n") }
            }
        }
    }

    @Test("64 connections with many requests each all get their own answers")
    func concurrency() async throws {
        try await withHTTPServer(echo) { server, _ in
            let base = "http://127.0.0.1:\(server.port)"
            let client = HTTPClient(HTTPClient.Configuration(baseURL: base))
            let failures = try await withThrowingTaskGroup(of: Int.self) { group in
                for connection in 0..<64 {
                    group.addTask {
                        var failures = 0
                        for round in 0..<50 {
                            let body = Array("\(connection)-\(round)".utf8)
                            let request = HTTPRequest(.post, "/v1/echo/x", body: body)
                            let answer = try await client.send(request, timeout: .seconds(60))
                            if answer.body != body || answer.status != .created { failures += 1 }
                        }
                        return failures
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(failures == 0)
        }
    }

    @Test("a large answer arrives whole")
    func largeAnswer() async throws {
        let table = RouteTable([
            Route(.get, "/") { _ in HTTPResponse(.ok, body: .bytes([UInt8](repeating: 7, count: 30 << 20))) }
        ])
        try await withHTTPServer(table) { _, client in
            let answer = try await client.send(HTTPRequest(.get, "/"), timeout: .seconds(60))
            #expect(answer.body == [UInt8](repeating: 7, count: 30 << 20))
        }
    }

    @Test("a header that would split the answer is left out")
    func headerInjection() async throws {
        let table = RouteTable([
            Route(.get, "/") { _ in
                let headers: HTTPHeaders = ["X-Bad": "a\r\nX-Worse: b", "Content-Length": "1", "X-Good": "c"]
                return HTTPResponse(.ok, headers: headers, body: .bytes([1, 2]))
            }
        ])
        try await withHTTPServer(table) { _, client in
            let answer = try await client.send(HTTPRequest(.get, "/"), timeout: .seconds(10))
            #expect(answer.headers["X-Worse"] == nil)
            #expect(answer.headers["X-Good"] == "c")
            #expect(answer.body == [1, 2])
        }
    }
}
