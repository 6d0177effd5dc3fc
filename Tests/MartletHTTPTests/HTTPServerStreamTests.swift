import MartletHTTP
import MartletTestSupport
import Testing

@Suite("HTTP server, streams", .timeLimit(.minutes(2)))
struct HTTPServerStreamTests {
    private typealias Stream = (stream: AsyncStream<[UInt8]>, continuation: AsyncStream<[UInt8]>.Continuation)

    private func table(_ stream: AsyncStream<[UInt8]>) -> RouteTable {
        RouteTable([
            Route(.get, "/") { _ in
                HTTPResponse(.ok, headers: ServerSentEvents.headers, body: .stream(stream))
            },
            Route(.get, "/ping") { _ in .text(.ok, "pong") },
        ])
    }

    @Test("the head is sent before the first element, and each element is a chunk sent at once")
    func chunks() async throws {
        let source: Stream = AsyncStream.makeStream()
        try await withHTTPServer(table(source.stream)) { server, _ in
            let raw = try RawConnection(port: server.port)
            try await raw.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let head = try await raw.receive(until: "\r\n\r\n").lowercased()
            #expect(head.hasPrefix("http/1.1 200"))
            #expect(head.contains("content-type: text/event-stream; charset=utf-8\r\n"))
            #expect(head.contains("transfer-encoding: chunked\r\n"))
            #expect(head.contains("connection: keep-alive\r\n"))
            #expect(!head.contains("content-length"))
            for text in ["a", "bc", String(repeating: "d", count: 1000)] {
                source.continuation.yield(Array(text.utf8))
                let size = String(text.utf8.count, radix: 16)
                #expect(try await raw.receive(until: text + "\r\n").lowercased() == "\(size)\r\n\(text)\r\n")
            }
            source.continuation.yield([])
            source.continuation.finish()
            #expect(try await raw.receive(until: "\r\n\r\n") == "0\r\n\r\n")
            // The connection is as good as new.
            try await raw.send("GET /ping HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await raw.receive(until: "pong").hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("a client that goes away ends the stream, idle or not", arguments: [false, true])
    func disconnect(isBusy: Bool) async throws {
        let source: Stream = AsyncStream.makeStream()
        let ended = AsyncStream<Void>.makeStream()
        source.continuation.onTermination = { _ in ended.continuation.finish() }
        try await withHTTPServer(table(source.stream)) { server, _ in
            do {
                let raw = try RawConnection(port: server.port)
                try await raw.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                _ = try await raw.receive(until: "\r\n\r\n")
                if isBusy { for _ in 0..<100 { source.continuation.yield([UInt8](repeating: 1, count: 100_000)) } }
            }
            for await _ in ended.stream {}
        }
    }

    @Test("a client that does not read holds the producer back")
    func backPressure() async throws {
        let produced = Counter()
        let stream = AsyncStream<[UInt8]> {
            await produced.add() > 2000 ? nil : [UInt8](repeating: 1, count: 100_000)
        }
        try await withHTTPServer(table(stream)) { _, client in
            let answer = try await client.open(HTTPRequest(.get, "/"))
            var total = 0
            for try await piece in answer.body {
                // The buffers of both sides and of the kernel hold a few megabytes, of the 200 there are.
                if total == 0 { #expect(await produced.value < 200) }
                total += piece.count
            }
            #expect(total == 200_000_000)
        }
    }

    @Test("HEAD and HTTP/1.0 are served without chunks")
    func withoutChunks() async throws {
        let source: Stream = AsyncStream.makeStream()
        source.continuation.yield(Array("hello".utf8))
        source.continuation.finish()
        let table = RouteTable([
            Route(.get, "/") { _ in HTTPResponse(.ok, body: .stream(source.stream)) },
            Route(.head, "/") { _ in HTTPResponse(.ok, body: .stream(AsyncStream { _ in })) },
        ])
        try await withHTTPServer(table) { server, client in
            let status1 = try await client.send(HTTPRequest(.head, "/"), timeout: .seconds(10)).status
            #expect(status1 == .ok)
            let raw = try RawConnection(port: server.port)
            try await raw.send("GET / HTTP/1.0\r\n\r\n")
            #expect(await raw.receiveToEnd().hasSuffix("\r\n\r\nhello"))
        }
    }

    @Test("no idle limit ends a stream, neither on the server nor on the client")
    func noIdleLimit() async throws {
        let source: Stream = AsyncStream.makeStream()
        try await withHTTPServer(table(source.stream), configure: { $0.idleTimeout = .seconds(1) }) { server, client in
            let answer = try await client.open(HTTPRequest(.get, "/"))
            // Another connection is closed for being idle meanwhile, which shows that the time has passed.
            let idle = try RawConnection(port: server.port)
            try await idle.send("GET /ping HTTP/1.1\r\n")
            _ = await idle.receiveToEnd()
            let late = try RawConnection(port: server.port)
            try await late.send("GET /ping HTTP/1.1\r\n")
            _ = await late.receiveToEnd()
            source.continuation.yield([5])
            source.continuation.finish()
            var pieces: [[UInt8]] = []
            for try await piece in answer.body { pieces.append(piece) }
            #expect(pieces == [[5]])
        }
    }

    @Test("many streams at once get every element in order")
    func many() async throws {
        let table = RouteTable([
            Route(.get, "/{count}") { request in
                let count = UInt8(request.parameters["count"] ?? "") ?? 0
                let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
                for number in 0..<count { continuation.yield([number]) }
                continuation.finish()
                return HTTPResponse(.ok, body: .stream(stream))
            }
        ])
        try await withHTTPServer(table) { _, client in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for count in UInt8(0)..<200 {
                    group.addTask {
                        let answer = try await client.open(HTTPRequest(.get, "/\(count)"))
                        var bytes: [UInt8] = []
                        for try await piece in answer.body { bytes += piece }
                        return bytes == Array(0..<count)
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
    }
}

/// Counts calls.
actor Counter {
    private(set) var value = 0

    func add() -> Int {
        value += 1
        return value
    }
}
