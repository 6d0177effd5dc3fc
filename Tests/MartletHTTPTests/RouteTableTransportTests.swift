import MartletHTTP
import Testing

@Suite("Route table transport")
struct RouteTableTransportTests {
    private let ended = AsyncStream<Void>.makeStream()

    private var transport: RouteTableTransport {
        let ended = ended.continuation
        return RouteTableTransport([
            Route(.post, "/echo/{name}") { request in
                let name = request.parameters["name"] ?? "?"
                return .text(.ok, "\(name) \(request.query ?? "-") \(String(decoding: request.body, as: UTF8.self))")
            },
            Route(.get, "/numbers") { _ in
                let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
                for number in UInt8(0)..<3 { continuation.yield([number]) }
                continuation.finish()
                return HTTPResponse(.ok, headers: ["X": "y"], body: .stream(stream))
            },
            Route(.get, "/endless") { _ in
                let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
                continuation.onTermination = { _ in ended.finish() }
                continuation.yield([1])
                return HTTPResponse(.ok, body: .stream(stream))
            },
        ])
    }

    @Test("sends into the table")
    func send() async throws {
        let request = HTTPRequest(.post, "http://any/echo/a", query: "q", body: Array("b".utf8))
        let answer = try await transport.send(request, timeout: .seconds(1))
        #expect(answer.status == .ok)
        #expect(String(decoding: answer.body, as: UTF8.self) == "a q b")
        #expect(try await transport.send(HTTPRequest(.get, "/no"), timeout: .zero).status == .notFound)
    }

    @Test("a stream is collected by send, and handed over by open")
    func stream() async throws {
        #expect(try await transport.send(HTTPRequest(.get, "/numbers"), timeout: .zero).body == [0, 1, 2])
        let answer = try await transport.open(HTTPRequest(.get, "/numbers"))
        #expect(answer.headers == ["X": "y"])
        var pieces: [[UInt8]] = []
        for try await piece in answer.body { pieces.append(piece) }
        #expect(pieces == [[0], [1], [2]])
    }

    @Test("dropping the body ends the stream", .timeLimit(.minutes(1)))
    func dropped() async throws {
        do {
            let answer = try await transport.open(HTTPRequest(.get, "/endless"))
            var iterator = answer.body.makeAsyncIterator()
            #expect(try await iterator.next() == [1])
        }
        for await _ in ended.stream {}
    }
}
