public import MartletModels
import MartletSQL

extension StoreSnapshot {
    /// Events with numbers above `number`, in order, at most `limit`.
    ///
    /// The oldest events go when there are too many; whoever asks for one that is gone gets what is left.
    public func events(after number: Int64, limit: Int = 1_000) throws(StoreError) -> [NumberedEvent] {
        let query = Query(
            "SELECT number, at_ns, kind, before, after, by FROM events WHERE number > ? ORDER BY number LIMIT ?",
            .integer(number),
            .int(limit)
        )
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

    /// `nil` when there are no events.
    func oldestEventNumber() throws(StoreError) -> Int64? {
        try first(Query("SELECT min(number) FROM events")) { (row) throws(SQLError) in try row.optionalInt64(0) } ?? nil
    }
}
