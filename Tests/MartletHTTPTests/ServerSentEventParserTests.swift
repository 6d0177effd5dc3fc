import Testing

@testable import MartletHTTP

@Suite("Server-sent event parser")
struct ServerSentEventParserTests {
    private func parse(_ text: String) throws -> [ServerSentEvent] {
        var parser = ServerSentEventParser()
        return try parser.read(Array(text.utf8))
    }

    @Test(
        "takes fields in any order, with or without the space, with any line end",
        arguments: [
            "id: 3\nevent: e\ndata: d\n\n",
            "data: d\nid: 3\nevent: e\n\n",
            "data:d\r\nevent:e\r\nid:3\r\n\r\n",
            "data:d\revent:e\rid:3\r\r",
            ": comment\nretry: 5\nunknown: x\ndata: d\nevent: e\nid: 3\nnothing\n\n",
            "\n\n\nevent: no data, no event\n\nid: 3\nevent: e\ndata: d\n\n",
        ]
    )
    func oneEvent(text: String) throws {
        #expect(try parse(text) == [ServerSentEvent(id: "3", event: "e", data: "d")])
    }

    @Test("only one space is taken away, and lines of data are joined")
    func data() throws {
        #expect(try parse("data:  a\ndata\ndata:b:c\n\n") == [ServerSentEvent(event: "", data: " a\n\nb:c")])
    }

    @Test("however the bytes are split, the events are the same", arguments: UInt64(0)..<300)
    func splits(seed: UInt64) throws {
        var generator = TestGenerator(seed: seed)
        let events = (0..<Int.random(in: 1...6, using: &generator)).map { Self.event($0, &generator) }
        let lineEnd = ["\n", "\r\n", "\r"].randomElement(using: &generator) ?? "\n"
        let wire: [UInt8] = events.flatMap(\.encoded).flatMap { $0 == 0x0A ? Array(lineEnd.utf8) : [$0] as [UInt8] }
        var parser = ServerSentEventParser()
        var parsed: [ServerSentEvent] = []
        var rest = wire[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 0...9, using: &generator))
            rest = rest.dropFirst(piece.count)
            parsed += try parser.read(piece)
        }
        #expect(parsed == events)
    }

    private static func event(_ number: Int, _ generator: inout TestGenerator) -> ServerSentEvent {
        let letters = Array("ab :=\nü")
        let data = (0..<Int.random(in: 0...20, using: &generator)).map { _ in
            letters.randomElement(using: &generator) ?? "x"
        }
        return ServerSentEvent(
            id: Bool.random(using: &generator) ? "\(number)" : nil,
            event: Bool.random(using: &generator) ? "kind:\(number)" : "",
            data: String(data)
        )
    }

    @Test("any bytes are read without harm", arguments: UInt64(0)..<50)
    func fuzz(seed: UInt64) throws {
        var generator = TestGenerator(seed: seed)
        let alphabet = Array("data: id:event\n\r\u{0}".utf8) + [0xFF]
        var parser = ServerSentEventParser(limit: 10_000)
        for _ in 0..<200 {
            let bytes = (0..<20).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            _ = try parser.read(bytes)
        }
    }

    @Test("an event that never ends is refused at the limit, also when it comes as many lines")
    func limit() throws {
        var parser = ServerSentEventParser(limit: 100)
        _ = try parser.read(Array(("data:" + String(repeating: "x", count: 95) + "\n\n").utf8))
        _ = try parser.read(Array("data:\n".utf8))
        #expect(throws: ServerSentEventParser.Failure(limit: 100)) {
            for _ in 0..<20 { _ = try parser.read(Array("data:x\n".utf8)) }
        }
    }
}
