import MartletBBSAPI
import MartletHTTP
import MartletModels
import MartletStore

/// The instance event stream (section 1.8).
extension BBSHandlers {
    var instanceEvents: Route {
        Route(.post, BBSRoutes.instanceEventsPath) { request in
            // An undecodable filter is 500 with an empty body here, not an application error (section 1.8.1).
            guard let filter = try? EventsByCellIDRequest(received: request.body) else {
                return HTTPResponse(.internalServerError)
            }
            let subscription = await store.subscribe(bufferLimit: eventLimit)
            return HTTPResponse(
                .ok,
                headers: ServerSentEvents.headers,
                body: .stream(frames(of: subscription.events, filter))
            )
        }
    }

    /// One frame an event; ids count from 0 for each connection. Ends when the subscription does: the reader was too
    /// slow, or the server stops.
    private func frames(
        of events: AsyncStream<NumberedEvent>,
        _ filter: EventsByCellIDRequest
    ) -> AsyncStream<[UInt8]> {
        let writer = FrameWriter()
        return AsyncStream {
            // All iterators of a stream take from the same storage.
            var iterator = events.makeAsyncIterator()
            while let event = await iterator.next() {
                guard case .lrp(let change) = event.event else { continue }
                let told = InstanceEvent(change)
                guard told.passes(filter) else { continue }
                return await writer.frame(told)
            }
            return nil
        }
    }
}

/// Numbers the frames of one connection.
private actor FrameWriter {
    private var nextID = 0

    func frame(_ event: InstanceEvent) -> [UInt8] {
        defer { nextID += 1 }
        return event.serverSentEvent(id: "\(nextID)").encoded
    }
}
