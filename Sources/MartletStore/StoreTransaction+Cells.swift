public import MartletModels
import MartletSQL

extension StoreTransaction {
    /// A cell says that it is there, and until when that holds unless it says so again.
    ///
    /// The newest process of a cell wins, because the one before it may have died without a word; a process that was
    /// replaced may not come back, so two processes with one cell id do not take turns.
    /// - Parameter session: drawn at random by each process of the cell.
    /// - Throws: `.invalid`; `.alreadyExists` for a session that was replaced by one that still holds.
    @discardableResult
    public mutating func registerCell(
        _ presence: CellPresence,
        timeToLive: Duration,
        session: String
    ) throws(StoreError) -> Change<RegisteredCell> {
        try validating(presence.validate)
        if let expired = try cellRow(presence.cellID), expired.expiresAt <= now { try forget(expired.presence) }
        let known = try sessions(of: presence.cellID)
        if let known, known.replaced == session {
            throw .alreadyExists("cell \(presence.cellID) of another process")
        }
        let before = try cellRow(presence.cellID)
        let after = RegisteredCell(presence: presence, expiresAt: now + timeToLive)
        let isNewSession = known?.current != session
        let replaced = isNewSession ? known?.current : known?.replaced
        try save(after, session: session, replacing: replaced)
        if let before, before.presence != presence { try record(.cellDisappeared(before.presence)) }
        if isNewSession || before?.presence != presence { try record(.cellAppeared(presence)) }
        return Change(before: before, after: after)
    }

    /// A cell says goodbye. Nothing happens when another process of the cell has taken over.
    @discardableResult
    public mutating func removeCell(_ id: CellID, session: String) throws(StoreError) -> Change<RegisteredCell> {
        guard let before = try cellRow(id), try sessions(of: id)?.current == session else {
            return Change(before: nil, after: nil)
        }
        try forget(before.presence)
        return Change(before: before, after: nil)
    }

    /// Forgets the cells that have been silent for too long.
    @discardableResult
    public mutating func expireCells() throws(StoreError) -> [CellPresence] {
        let expired = try snapshot.registeredCells(
            Query(
                """
                SELECT message, expires_at_ns, cell_id FROM cells WHERE expires_at_ns <= ?
                ORDER BY expires_at_ns, cell_id
                """,
                .integer(now.nanoseconds)
            ),
            damaged: Self.nameOnly
        )
        for cell in expired { try forget(cell.presence) }
        return expired.map(\.presence)
    }

    /// Gives every known cell at least this long from now: after the server itself was away, no cell is to blame for
    /// its silence.
    public mutating func extendCells(timeToLive: Duration) throws(StoreError) {
        try run(
            // Nobody has heard what they hold while the server was away.
            "UPDATE cells SET expires_at_ns = max(expires_at_ns, ?), since_ns = ?",
            .integer((now + timeToLive).nanoseconds),
            .integer(now.nanoseconds)
        )
    }

    private mutating func forget(_ cell: CellPresence) throws(StoreError) {
        try run("DELETE FROM cells WHERE cell_id = ?", .text(cell.cellID.rawValue))
        try record(.cellDisappeared(cell))
    }

    private func save(_ cell: RegisteredCell, session: String, replacing: String?) throws(StoreError) {
        try run(
            """
            INSERT INTO cells (cell_id, session, replaced_session, expires_at_ns, message, since_ns)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (cell_id) DO UPDATE SET
                since_ns = CASE session WHEN excluded.session THEN coalesce(since_ns, excluded.since_ns)
                    ELSE excluded.since_ns END,
                session = excluded.session,
                replaced_session = excluded.replaced_session, expires_at_ns = excluded.expires_at_ns,
                message = excluded.message
            """,
            .text(cell.presence.cellID.rawValue),
            .text(session),
            .optional(replacing),
            .integer(cell.expiresAt.nanoseconds),
            .blob(RecordCoding.bytes(cell.presence)),
            .integer(now.nanoseconds)
        )
    }

    /// The row, run out or not.
    private func cellRow(_ id: CellID) throws(StoreError) -> RegisteredCell? {
        try snapshot.registeredCells(
            Query("SELECT message, expires_at_ns, cell_id FROM cells WHERE cell_id = ?", .text(id.rawValue)),
            damaged: Self.nameOnly
        ).first
    }

    /// Of a presence that cannot be read only the cell is known, which is enough to forget it or to write it anew.
    private static func nameOnly(_ id: CellID) -> CellPresence {
        let nothing = CellCapacity(memoryMB: 0, diskMB: 0, containers: 0)
        return CellPresence(cellID: id, repAddress: "", capacity: nothing, rootFSProviders: [])
    }

    private func sessions(of id: CellID) throws(StoreError) -> (current: String, replaced: String?)? {
        try snapshot.first(
            Query("SELECT session, replaced_session FROM cells WHERE cell_id = ?", .text(id.rawValue))
        ) { (row) throws(SQLError) in (try row.text(0), try row.optionalText(1)) }
    }
}
