import MartletHTTP
import MartletTestSupport
import Testing

@Suite("HTTP server, hostile clients", .timeLimit(.minutes(3)))
struct HTTPServerHostileTests {
    private let table = RouteTable([
        Route(.post, "/echo/{x}") { HTTPResponse(.ok, body: .bytes($0.body)) },
        Route(.get, "/ping") { _ in .text(.ok, "pong") },
    ])

    private func expectAlive(_ client: HTTPClient) async throws {
        let status1 = try await client.send(HTTPRequest(.get, "/ping"), timeout: .seconds(20)).status
        #expect(status1 == .ok)
    }

    @Test("random bytes never stop it", arguments: UInt64(0)..<12)
    func randomBytes(seed: UInt64) async throws {
        var generator = TestGenerator(seed: seed)
        let words = [
            "GET ", "POST ", "/echo/x", "/ping", " HTTP/1.1", " HTTP/1.0", " HTTP/9.9", "\r\n", "\r\n\r\n", "\n",
            "Host: h",
            "Content-Length: ", "5", "-1", "99999999999999999999", "Transfer-Encoding: chunked", "ffffffffffffffff\r\n",
            "0\r\n\r\n", "Expect: 100-continue", "Connection: close", "\u{0}", "%", "?", "Cookie: a=b;;=", "\t", ": ",
        ]
        let inputs = (0..<60).map { _ in
            (0..<Int.random(in: 1...30, using: &generator)).flatMap { _ -> [UInt8] in
                Int.random(in: 0..<4, using: &generator) == 0
                    ? (0..<Int.random(in: 0..<50, using: &generator)).map { _ in .random(in: 0...255, using: &generator)
                    }
                    : Array((words.randomElement(using: &generator) ?? "").utf8)
            }
        }
        try await withHTTPServer(table, configure: { $0.idleTimeout = .seconds(1) }) { server, client in
            var connections: [RawConnection] = []
            for input in inputs {
                let raw = try RawConnection(port: server.port)
                try? await raw.send(input)
                if Bool.random(using: &generator) { await raw.finishSending() }
                connections.append(raw)
            }
            for connection in connections { _ = await connection.receiveToEnd() }
            try await expectAlive(client)
        }
    }

    @Test("half requests and slow ones are closed in time, and others are served meanwhile")
    func slow() async throws {
        try await withHTTPServer(table, configure: { $0.idleTimeout = .seconds(1) }) { server, client in
            let halves = [
                "", "G", "GET /ping HTTP/1.1\r\nHost",
                "POST /echo/x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf",
                "POST /echo/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe",
            ]
            var connections: [RawConnection] = []
            for half in halves + halves {
                let raw = try RawConnection(port: server.port)
                try await raw.send(half)
                connections.append(raw)
            }
            try await expectAlive(client)
            for connection in connections { _ = await connection.receiveToEnd() }
            try await expectAlive(client)
        }
    }

    @Test("a head without end is refused")
    func hugeHead() async throws {
        try await withHTTPServer(table) { server, client in
            let long = try RawConnection(port: server.port)
            try? await long.send("GET /" + String(repeating: "a", count: 1 << 20) + " HTTP/1.1\r\n\r\n")
            _ = await long.receiveToEnd()
            let many = try RawConnection(port: server.port)
            try? await many.send("GET /ping HTTP/1.1\r\n" + String(repeating: "X-A: b\r\n", count: 100_000) + "\r\n")
            _ = await many.receiveToEnd()
            try await expectAlive(client)
        }
    }

    @Test("more connections than the limit wait their turn")
    func connectionLimit() async throws {
        try await withHTTPServer(table, configure: { $0.connectionLimit = 2 }) { server, _ in
            try await withThrowingTaskGroup(of: HTTPStatus.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        let client = HTTPClient(HTTPClient.Configuration(baseURL: "http://127.0.0.1:\(server.port)"))
                        let request = HTTPRequest(.get, "/ping", headers: ["Connection": "close"])
                        return try await client.send(request, timeout: .seconds(30)).status
                    }
                }
                for try await status in group { #expect(status == .ok) }
            }
        }
    }

    @Test("clients that vanish while their answer is made harm nobody")
    func vanishing() async throws {
        let entered = AsyncStream<Void>.makeStream()
        let release = AsyncStream<Void>.makeStream()
        let table = RouteTable([
            Route(.get, "/slow") { _ in
                entered.continuation.yield()
                for await _ in release.stream {}
                return HTTPResponse(.ok, body: .bytes([UInt8](repeating: 1, count: 10 << 20)))
            },
            Route(.get, "/ping") { _ in .text(.ok, "pong") },
        ])
        try await withHTTPServer(table) { server, client in
            do {
                var gone: [RawConnection] = []
                for _ in 0..<10 {
                    let raw = try RawConnection(port: server.port)
                    try await raw.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
                    gone.append(raw)
                }
                var iterator = entered.stream.makeAsyncIterator()
                for _ in gone { await iterator.next() }
            }
            release.continuation.finish()
            try await expectAlive(client)
        }
    }
}
