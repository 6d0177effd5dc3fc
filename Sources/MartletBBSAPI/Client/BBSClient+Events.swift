import MartletHTTP
public import MartletModels
import MartletProtobuf

extension BBSClient {
    /// The instance stream from now on, or from behind the event named by `lastEventID`.
    ///
    /// When this returns, the subscription exists: nothing that happens later is missing. The stream ends when the
    /// server ends it, and throws `BBSClientError` when the connection breaks; list again and subscribe anew then.
    public func events(
        cellID: CellID = CellID(""),
        lastEventID: String? = nil
    ) async throws(BBSClientError) -> AsyncThrowingStream<ReceivedEvent, any Error> {
        var request = httpRequest(BBSRoutes.instanceEventsPath, EventsByCellIDRequest(cellID: cellID).encoded())
        request.headers["Last-Event-ID"] = lastEventID
        let answer: HTTPStreamingAnswer
        do { answer = try await transport.open(request) } catch { throw .transport(error) }
        guard answer.status == .ok else { throw .status(answer.status) }
        let frames = ServerSentEvents.events(in: answer.body)
        return AsyncThrowingStream { try await Self.next(in: frames) }
    }

    /// The next event of a type that we know. All iterators of a stream take from the same storage.
    private static func next(
        in frames: AsyncThrowingStream<ServerSentEvent, any Error>
    ) async throws -> ReceivedEvent? {
        var iterator = frames.makeAsyncIterator()
        do {
            while let frame = try await iterator.next() {
                if let event = try ReceivedEvent(frame) { return event }
            }
            return nil
        } catch let error as HTTPTransportError {
            throw BBSClientError.transport(error)
        }
    }
}
