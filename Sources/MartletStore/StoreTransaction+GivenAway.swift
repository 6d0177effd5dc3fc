public import MartletModels
import MartletSQL

/// Fencing: an instance that lost its record to another one, or with its cell, may not hold a record again, unless
/// its cell was away for longer than the store remembers (a week).
extension StoreTransaction {
    /// Longer than any cell that is cut off keeps running what it has.
    private static let memory: Duration = .seconds(7 * 24 * 3_600)

    func giveAway(_ instance: ActualLRPInstanceKey?) throws(StoreError) {
        guard let instance else { return }
        try run(
            "INSERT OR REPLACE INTO given_away (instance_guid, cell_id, at_ns) VALUES (?, ?, ?)",
            .text(instance.instanceGUID.rawValue),
            .text(instance.cellID.rawValue),
            .integer(now.nanoseconds)
        )
    }

    /// As `giveAway`, unless the cell is alive, which will hear of it.
    func giveAwayIfLost(_ instance: ActualLRPInstanceKey?) throws(StoreError) {
        guard let instance, try !snapshot.isAlive(instance.cellID) else { return }
        try giveAway(instance)
    }

    /// The cell itself says that the instance has ended, so there is nothing left to fence off.
    ///
    /// - Returns: whether it had been given away.
    func takeBack(_ instance: ActualLRPInstanceKey) throws(StoreError) -> Bool {
        try run(
            "DELETE FROM given_away WHERE instance_guid = ? AND cell_id = ?",
            .text(instance.instanceGUID.rawValue),
            .text(instance.cellID.rawValue)
        ) > 0
    }

    /// Forgets a few that are old, so that no turn is long.
    func forgetGivenAway() throws(StoreError) {
        try run(
            """
            DELETE FROM given_away WHERE (instance_guid, cell_id) IN
                (SELECT instance_guid, cell_id FROM given_away WHERE at_ns < ? ORDER BY at_ns LIMIT 8)
            """,
            .integer(now.advanced(by: .zero - Self.memory).nanoseconds)
        )
    }
}

extension StoreSnapshot {
    /// Whether that instance may not hold a record any more.
    public func isGivenAway(_ instance: ActualLRPInstanceKey) throws(StoreError) -> Bool {
        let query = Query(
            "SELECT 1 FROM given_away WHERE instance_guid = ? AND cell_id = ?",
            .text(instance.instanceGUID.rawValue),
            .text(instance.cellID.rawValue)
        )
        return try first(query) { (row) throws(SQLError) in try row.int64(0) } != nil
    }

    /// Whether the presence of the cell has not run out.
    func isAlive(_ cell: CellID) throws(StoreError) -> Bool {
        let query = Query(
            "SELECT 1 FROM cells WHERE cell_id = ? AND expires_at_ns > ?",
            .text(cell.rawValue),
            .integer(now.nanoseconds)
        )
        return try first(query) { (row) throws(SQLError) in try row.int64(0) } != nil
    }
}
