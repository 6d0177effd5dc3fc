import MartletBBSAPI
import MartletHTTP
import MartletModels
import MartletStore

/// What happened and what happens, for operators: everything that has a number, in words.
extension OperatorHandlers {
    static let eventLimit = 1_000

    /// `?after=N` for what came behind an event, oldest first, at most `limit`; `?last=N` for the newest N, which is
    /// the default with 100; `?cell=ID` for what concerns one cell.
    var eventPage: Route {
        Route(.get, "/martlet/v1/events") { request in
            let query = EventQuery(request)
            guard let query else {
                return .json(ErrorBody(error: "after, last and limit are whole numbers from 0"), .badRequest)
            }
            do throws(StoreError) {
                return .json(
                    try await store.read { (snapshot) throws(StoreError) in
                        if let number = query.after { return try snapshot.page(after: number, query) }
                        return try snapshot.lastPage(query)
                    }
                )
            } catch {
                return .json(ErrorBody(error: "the store was not read: \(error)"), .internalServerError)
            }
        }
    }

    /// Records as JSON in `data`, from now on or behind `Last-Event-ID`; `?cell=ID` as above.
    var eventStream: Route {
        Route(.get, "/martlet/v1/events/stream") { request in
            let cell = EventQuery(request)?.cell
            let source = EventSource(store: store, bufferLimit: eventBufferLimit)
            let events = await source.events(after: request.lastEventNumber)
            return HTTPResponse(.ok, headers: ServerSentEvents.headers, body: .stream(frames(of: events, cell)))
        }
    }

    private func frames(of events: AsyncStream<NumberedEvent>, _ cell: String?) -> AsyncStream<[UInt8]> {
        AsyncStream {
            // All iterators of a stream take from the same storage.
            var iterator = events.makeAsyncIterator()
            while let event = await iterator.next() {
                let record = try? await store.read { (snapshot) throws(StoreError) in try snapshot.record(event) }
                // The reader comes again behind the event before.
                guard let record, let data = OperatorJSON.bytes(record) else { return nil }
                guard cell == nil || record.cellID == cell else { continue }
                let text = String(decoding: data, as: UTF8.self)
                return ServerSentEvent(id: "\(event.number)", event: record.kind, data: text).encoded
            }
            return nil
        }
    }
}

/// The query of the routes above.
private struct EventQuery {
    var after: Int64?
    var last = 100
    var limit = OperatorHandlers.eventLimit
    var cell: String?

    /// - Returns: `nil` for what is no number; other names are nobody's business.
    init?(_ request: HTTPRequest) {
        for pair in (request.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count == 2 ? percentDecoded(parts[1]) ?? "" : ""
            switch parts[0] {
            case "cell": cell = value.isEmpty ? nil : value
            case "after", "last", "limit":
                guard let number = Int64(value), number >= 0 else { return nil }
                let count = Int(min(number, Int64(OperatorHandlers.eventLimit)))
                if parts[0] == "after" {
                    after = number
                } else if parts[0] == "last" {
                    last = count
                } else {
                    limit = max(1, count)
                }
            default: break
            }
        }
    }

    func passes(_ record: EventRecord) -> Bool { cell == nil || record.cellID == cell }
}

extension StoreSnapshot {
    fileprivate func record(_ event: NumberedEvent) throws(StoreError) -> EventRecord {
        guard let guid = event.event.processGUID else { return EventRecord(event) }
        return EventRecord(event, appName: try app(owning: guid)?.name)
    }

    fileprivate func page(after number: Int64, _ query: EventQuery) throws(StoreError) -> EventPage {
        let events = try events(after: number, limit: query.limit)
        var records: [EventRecord] = []
        for event in events {
            let record = try record(event)
            if query.passes(record) { records.append(record) }
        }
        let isComplete = events.count < query.limit
        let through = try isComplete ? lastEventNumber() : events.last?.number ?? number
        return EventPage(events: records, through: through, isComplete: isComplete)
    }

    fileprivate func lastPage(_ query: EventQuery) throws(StoreError) -> EventPage {
        let last = try lastEventNumber()
        var records: [EventRecord] = []
        var position = last
        while records.count < query.last {
            let events = try events(through: position, limit: query.limit)
            for event in events where records.count < query.last {
                let record = try record(event)
                if query.passes(record) { records.append(record) }
            }
            guard let oldest = events.last?.number, oldest > 1 else { break }
            position = oldest - 1
        }
        return EventPage(events: records.reversed(), through: last, isComplete: true)
    }
}
