import MartletHTTP
import Testing

@Suite("Server-sent event")
struct ServerSentEventTests {
    @Test("is written as id, event, data and an empty line")
    func encoded() {
        let event = ServerSentEvent(id: "0", event: "desired_lrp_created", data: "CgA=")
        #expect(event.encoded == Array("id: 0\nevent: desired_lrp_created\ndata: CgA=\n\n".utf8))
    }

    @Test("a line end stays inside its field")
    func lineEnds() {
        let event = ServerSentEvent(id: "1\nid: 2", event: "a\r\nb", data: "x\r\ny\n")
        let lines = String(decoding: event.encoded, as: UTF8.self).utf8.split(separator: 0x0A)
        #expect(
            lines.map { String(decoding: Array($0), as: UTF8.self) } == [
                "id: 1id: 2", "event: ab", "data: x", "data: y", "data: ",
            ]
        )
    }

    @Test("a body becomes events as they arrive; the cut-off last one is dropped")
    func events() async throws {
        let body = AsyncThrowingStream<[UInt8], any Error> { continuation in
            for text in ["id: 0\nev", "ent: a\ndata: x\n", "\n:hello\ndata: y\n\ndata: z\n\nda", "ta: lost"] {
                continuation.yield(Array(text.utf8))
            }
            continuation.finish()
        }
        var events: [ServerSentEvent] = []
        for try await event in ServerSentEvents.events(in: body) { events.append(event) }
        #expect(
            events == [
                ServerSentEvent(id: "0", event: "a", data: "x"), ServerSentEvent(event: "", data: "y"),
                ServerSentEvent(event: "", data: "z"),
            ]
        )
    }

    @Test("a broken body breaks the events")
    func broken() async {
        let body = AsyncThrowingStream<[UInt8], any Error> {
            $0.finish(throwing: HTTPTransportError.interrupted("gone"))
        }
        await #expect(throws: HTTPTransportError.interrupted("gone")) {
            for try await _ in ServerSentEvents.events(in: body) {}
        }
    }
}
