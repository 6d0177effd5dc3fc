/// Turns the bytes of a `text/event-stream` into events, however they are cut into pieces.
///
/// Fields may come in any order, with or without the space after the colon; lines end with LF, CRLF or CR. Comments and
/// unknown fields are skipped. An event without a `data` field is none.
public struct ServerSentEventParser: Sendable {
    /// An event is larger than the limit; the stream cannot be read further.
    public struct Failure: Error, Hashable, Sendable {
        /// Bytes of an event's lines.
        public let limit: Int
    }

    private let limit: Int
    private var line: [UInt8] = []
    /// Bytes of the lines of the event so far.
    private var size = 0
    private var endedWithCR = false
    private var id: String?
    private var event = ""
    private var data: [UInt8]?

    /// - Parameter limit: the most bytes the lines of one event may have.
    public init(limit: Int = 64 << 20) { self.limit = limit }

    /// The events that `bytes` complete, in order.
    public mutating func read(_ bytes: some Sequence<UInt8>) throws(Failure) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            let isSecondHalf = byte == 0x0A && endedWithCR
            endedWithCR = byte == 0x0D
            if isSecondHalf { continue }
            if byte == 0x0A || byte == 0x0D {
                if let event = endLine() { events.append(event) }
            } else {
                size += 1
                guard size <= limit else { throw Failure(limit: limit) }
                line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine() -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        guard line.isEmpty else {
            readField()
            return nil
        }
        defer { (size, id, event, data) = (0, nil, "", nil) }
        return data.map { ServerSentEvent(id: id, event: event, data: String(decoding: $0, as: UTF8.self)) }
    }

    private mutating func readField() {
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        var value = line.dropFirst(name.count + 1)
        if value.first == 0x20 { value = value.dropFirst() }
        if name.elementsEqual("data".utf8) {
            data = data.map { $0 + [0x0A] + value } ?? Array(value)
        } else if name.elementsEqual("event".utf8) {
            event = String(decoding: value, as: UTF8.self)
        } else if name.elementsEqual("id".utf8) {
            id = String(decoding: value, as: UTF8.self)
        }
    }
}
