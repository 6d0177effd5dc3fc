public import MartletModels
import MartletSQL

extension StoreSnapshot {
    /// The cells whose presence has not run out, ordered by cell id.
    public func cells() throws(StoreError) -> [RegisteredCell] {
        let query = Query(
            "SELECT message, expires_at_ns FROM cells WHERE expires_at_ns > ? ORDER BY cell_id",
            .integer(now.nanoseconds)
        )
        return try registeredCells(query)
    }

    func registeredCells(_ query: Query) throws(StoreError) -> [RegisteredCell] {
        var cells: [RegisteredCell] = []
        for (message, expiry) in try rows(query, { (row) throws(SQLError) in (try row.blob(0), try row.int64(1)) }) {
            let presence = try RecordCoding.cellPresence(message)
            cells.append(RegisteredCell(presence: presence, expiresAt: Timestamp(nanoseconds: expiry)))
        }
        return cells
    }

    /// - Throws: `.notFound` when it is gone or has run out.
    public func cell(_ id: CellID) throws(StoreError) -> RegisteredCell {
        let query = Query(
            "SELECT message, expires_at_ns FROM cells WHERE cell_id = ? AND expires_at_ns > ?",
            .text(id.rawValue),
            .integer(now.nanoseconds)
        )
        guard let cell = try registeredCells(query).first else { throw .notFound("cell \(id)") }
        return cell
    }

    /// The domains that have not run out, ordered by name.
    public func freshDomains() throws(StoreError) -> [Domain] {
        let query = Query(
            "SELECT name, expires_at_ns FROM domains WHERE expires_at_ns > ? ORDER BY name",
            .integer(now.nanoseconds)
        )
        return try rows(query) { (row) throws(SQLError) in
            Domain(name: DomainName(try row.text(0)), expiresAt: Timestamp(nanoseconds: try row.int64(1)))
        }
    }
}
