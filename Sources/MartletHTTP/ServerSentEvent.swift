/// One event of a `text/event-stream`.
public struct ServerSentEvent: Hashable, Sendable {
    public var id: String?
    /// The event's type; empty when the stream names none.
    public var event: String
    /// Lines are joined by LF.
    public var data: String

    public init(id: String? = nil, event: String, data: String) {
        self.id = id
        self.event = event
        self.data = data
    }

    /// The bytes on the wire: id, event, data, in that order, each ended by LF, and an empty line.
    ///
    /// Line ends inside `id` and `event` are left out; each line of `data` gets a field of its own.
    public var encoded: [UInt8] {
        var text: [UInt8] = []
        if let id { text += "id: ".utf8 + Self.oneLine(id) + [0x0A] }
        if !event.isEmpty { text += "event: ".utf8 + Self.oneLine(event) + [0x0A] }
        for line in data.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            text += "data: ".utf8
            text += line.filter { $0 != 0x0D }
            text.append(0x0A)
        }
        text.append(0x0A)
        return text
    }

    private static func oneLine(_ text: String) -> [UInt8] { text.utf8.filter { $0 != 0x0A && $0 != 0x0D } }
}

/// What an event stream's response and its consumer need beside the events.
public enum ServerSentEvents {
    /// Headers of an event stream; the server adds the chunked coding and keep-alive.
    public static let headers: HTTPHeaders = [
        "Content-Type": "text/event-stream; charset=utf-8",
        "Cache-Control": "no-cache, no-store, must-revalidate",
    ]

    /// The events in a body as it arrives. An event cut off by the end of the body is dropped.
    ///
    /// Dropping the result drops the body, and so ends its transfer.
    public static func events(
        in body: AsyncThrowingStream<[UInt8], any Error>
    ) -> AsyncThrowingStream<ServerSentEvent, any Error> {
        let parsed = Guarded((parser: ServerSentEventParser(), ready: [ServerSentEvent]()[...]))
        return AsyncThrowingStream {
            while true {
                if let event = parsed.locked({ $0.ready.popFirst() }) { return event }
                var iterator = body.makeAsyncIterator()
                guard let bytes = try await iterator.next() else { return nil }
                try parsed.locked { (state) throws(ServerSentEventParser.Failure) in
                    state.ready = try state.parser.read(bytes)[...]
                }
            }
        }
    }
}
