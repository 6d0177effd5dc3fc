import FoundationEssentials
import MartletBBSAPI
import MartletHTTP

extension OperatorClient {
    /// Everything behind the event `number`, as it happens. The stream throws when the connection breaks.
    func events(
        after number: Int64,
        cell: String?
    ) async throws(CommandFailure) -> AsyncThrowingStream<EventRecord, any Error> {
        let query = OperatorPaths.eventQuery(nil, cell)
        let path = OperatorPaths.eventStream
        return try await stream(EventRecord.self, path, query: query.isEmpty ? nil : query, after: number)
    }

    /// Everything behind `number` that a stream of events tells. The stream throws when the connection breaks.
    func stream<Record: Decodable & Sendable>(
        _ type: Record.Type,
        _ path: String,
        query: String? = nil,
        after number: Int64
    ) async throws(CommandFailure) -> AsyncThrowingStream<Record, any Error> {
        var request = HTTPRequest(.get, address + path, query: query)
        request.headers["Last-Event-ID"] = String(number)
        let answer: HTTPStreamingAnswer
        do { answer = try await transport.open(request) } catch { throw failure(error) }
        guard answer.status == .ok else {
            throw CommandFailure(
                "what answers at \(address) has no event stream (status \(answer.status.rawValue))"
            )
        }
        let frames = ServerSentEvents.events(in: answer.body)
        return AsyncThrowingStream {
            // All iterators of a stream take from the same storage.
            var iterator = frames.makeAsyncIterator()
            guard let frame = try await iterator.next() else { return nil }
            return try JSONDecoder().decode(Record.self, from: Data(frame.data.utf8))
        }
    }
}
