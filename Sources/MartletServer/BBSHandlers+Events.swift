import MartletBBSAPI
import MartletHTTP
import MartletModels
import MartletStore

/// The instance event stream (section 1.8). More than the reference does: the id of a frame is the event's number in
/// the store, and a reader that names the last one it has seen loses nothing.
extension BBSHandlers {
    var instanceEvents: Route {
        Route(.post, BBSRoutes.instanceEventsPath) { request in
            // An undecodable filter is 500 with an empty body here, not an application error (section 1.8.1).
            guard let filter = try? EventsByCellIDRequest(received: request.body) else {
                return HTTPResponse(.internalServerError)
            }
            let source = EventSource(store: store, bufferLimit: eventLimit)
            let events = await source.events(after: request.lastEventNumber)
            return HTTPResponse(
                .ok,
                headers: ServerSentEvents.headers,
                body: .stream(Self.frames(of: events, filter))
            )
        }
    }

    /// One frame an event. Ends when the events do: the reader was too slow, or the server stops.
    private static func frames(
        of events: AsyncStream<NumberedEvent>,
        _ filter: EventsByCellIDRequest
    ) -> AsyncStream<[UInt8]> {
        AsyncStream {
            // All iterators of a stream take from the same storage.
            var iterator = events.makeAsyncIterator()
            while let event = await iterator.next() {
                guard case .lrp(let change) = event.event else { continue }
                let told = InstanceEvent(change)
                guard told.passes(filter) else { continue }
                return told.serverSentEvent(id: "\(event.number)").encoded
            }
            return nil
        }
    }
}

extension HTTPRequest {
    /// What `Last-Event-ID` names; `nil` for what is no number of ours, which starts now as at the reference.
    var lastEventNumber: Int64? { headers["Last-Event-ID"].flatMap { Int64($0) } }
}
