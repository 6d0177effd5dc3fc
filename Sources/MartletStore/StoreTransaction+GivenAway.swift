public import MartletModels
import MartletSQL

/// Fencing: an instance that lost its record to another one, or with its cell, may not hold a record again.
///
/// A fence goes when the cell itself says that the instance has ended; otherwise it stays for a week at least, and from
/// then on until its cell can claim no more: until the present process of the cell has been registered without a break
/// for an hour. A cell speaks of all that it holds every half minute, and drops what it is refused, so by then it holds
/// the instance no longer. Of a cell that does not come back the fences stay for a year, far longer than any partition;
/// so they are bounded by the losses of a year.
extension StoreTransaction {
    private static let least: Duration = .seconds(7 * 24 * 3_600)
    private static let most: Duration = .seconds(365 * 24 * 3_600)
    /// How long a cell has to be there without a break.
    private static let presence: Duration = .seconds(3_600)
    /// When to look again at a fence of a cell that is not there for as long.
    private static let lookAgain: Duration = .seconds(24 * 3_600)

    func giveAway(_ instance: ActualLRPInstanceKey?) throws(StoreError) {
        guard let instance else { return }
        try run(
            "INSERT OR REPLACE INTO given_away (instance_guid, cell_id, at_ns, look_ns) VALUES (?, ?, ?, ?)",
            .text(instance.instanceGUID.rawValue),
            .text(instance.cellID.rawValue),
            .integer(now.nanoseconds),
            .integer((now + Self.least).nanoseconds)
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

    /// Looks at a few that may not be needed any more, so that no turn is long, and forgets those.
    func forgetGivenAway() throws(StoreError) {
        let query = Query(
            """
            SELECT instance_guid, cell_id, at_ns,
                (SELECT since_ns FROM cells WHERE cells.cell_id = given_away.cell_id AND expires_at_ns > ?1)
            FROM given_away WHERE look_ns <= ?1 ORDER BY look_ns LIMIT 8
            """,
            .integer(now.nanoseconds)
        )
        let fences = try snapshot.rows(query) { (row) throws(SQLError) in
            (
                key: [SQLValue.text(try row.text(0)), .text(try row.text(1))], at: try row.int64(2),
                present: try row.optionalInt64(3)
            )
        }
        let presentBy = now.advanced(by: .zero - Self.presence).nanoseconds
        let oldest = now.advanced(by: .zero - Self.most).nanoseconds
        let row = " WHERE instance_guid = ? AND cell_id = ?"
        for fence in fences {
            if fence.at <= oldest || fence.present.map({ $0 <= presentBy }) ?? false {
                try run("DELETE FROM given_away" + row, fence.key)
            } else {
                let next = SQLValue.integer((now + Self.lookAgain).nanoseconds)
                try run("UPDATE given_away SET look_ns = ?" + row, [next] + fence.key)
            }
        }
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
