public import MartletModels
import MartletSQL

/// What convergence has to know besides instances: who is alive, and when to look again.
extension StoreSnapshot {
    /// The cells whose presence has not run out.
    public func liveCellIDs() throws(StoreError) -> Set<CellID> {
        let query = Query("SELECT cell_id FROM cells WHERE expires_at_ns > ?", .integer(now.nanoseconds))
        return Set(try rows(query) { (row) throws(SQLError) in CellID(try row.text(0)) })
    }

    /// The earliest moment later than that at which convergence acts on an instance by itself; `nil` for never.
    public func nextDue(after time: Timestamp) throws(StoreError) -> Timestamp? {
        try earliest(Query("SELECT min(due_ns) FROM actual_lrps WHERE due_ns > ?", .integer(time.nanoseconds)))
    }

    /// When the next presence of a cell runs out, or has run out without anybody having noticed; `nil` without cells.
    public func nextPresenceExpiry() throws(StoreError) -> Timestamp? {
        try earliest(Query("SELECT min(expires_at_ns) FROM cells"))
    }

    private func earliest(_ query: Query) throws(StoreError) -> Timestamp? {
        let found = try first(query) { (row) throws(SQLError) in try row.optionalInt64(0) } ?? nil
        return found.map { Timestamp(nanoseconds: $0) }
    }
}
