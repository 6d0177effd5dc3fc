public import MartletModels
import MartletSQL

extension StoreSnapshot {
    private static let eventColumns = "SELECT number, at_ns, kind, before, after, by FROM events"

    /// Events with numbers above `number`, in order, at most `limit`.
    ///
    /// The oldest events go when there are too many; whoever asks for one that is gone gets what is left.
    public func events(after number: Int64, limit: Int = 1_000) throws(StoreError) -> [NumberedEvent] {
        let order = " WHERE number > ? ORDER BY number LIMIT ?"
        return try events(Query(Self.eventColumns + order, .integer(number), .int(limit)))
    }

    /// Events with numbers up to `number`, newest first, at most `limit`.
    public func events(through number: Int64, limit: Int = 1_000) throws(StoreError) -> [NumberedEvent] {
        let order = " WHERE number <= ? ORDER BY number DESC LIMIT ?"
        return try events(Query(Self.eventColumns + order, .integer(number), .int(limit)))
    }

    /// Changes of one flag with numbers above `number`, in order.
    public func featureFlagEvents(
        _ name: FeatureFlagName,
        after number: Int64
    ) throws(StoreError) -> [NumberedEvent] {
        let order = " WHERE kind = 'feature_flag_changed' AND number > ? ORDER BY number"
        return try events(Query(Self.eventColumns + order, .integer(number))).filter { event in
            guard case .featureFlagChanged(_, let after, _) = event.event else { return false }
            return after.name == name
        }
    }

    private func events(_ query: Query) throws(StoreError) -> [NumberedEvent] {
        let stored = try rows(query) { (row) throws(SQLError) in
            let event = StoredEvent(
                kind: try row.text(2),
                before: try row.optionalBlob(3),
                after: try row.optionalBlob(4),
                by: try row.optionalText(5)
            )
            return (try row.int64(0), Timestamp(nanoseconds: try row.int64(1)), event)
        }
        var events: [NumberedEvent] = []
        for (number, at, event) in stored {
            events.append(NumberedEvent(number: number, at: at, event: try event.decoded()))
        }
        return events
    }

    /// 0 before the first event.
    public func lastEventNumber() throws(StoreError) -> Int64 {
        try first(Query("SELECT max(number) FROM events")) { (row) throws(SQLError) in
            try row.optionalInt64(0) ?? 0
        } ?? 0
    }

    /// When the newest event was written; `nil` when there are none.
    ///
    /// A clock that starts behind this would put later events before it.
    public func lastEventTime() throws(StoreError) -> Timestamp? {
        let newest = Query("SELECT at_ns FROM events ORDER BY number DESC LIMIT 1")
        return try first(newest) { (row) throws(SQLError) in Timestamp(nanoseconds: try row.int64(0)) }
    }

    /// `nil` when there are no events.
    func oldestEventNumber() throws(StoreError) -> Int64? {
        try first(Query("SELECT min(number) FROM events")) { (row) throws(SQLError) in try row.optionalInt64(0) } ?? nil
    }
}
