public import MartletModels
import MartletSQL

extension StoreSnapshot {
    /// The cells whose presence has not run out, ordered by cell id. One whose row cannot be read is left out until it
    /// speaks again, which writes the row anew.
    public func cells() throws(StoreError) -> [RegisteredCell] {
        let query = Query(
            "SELECT message, expires_at_ns, cell_id FROM cells WHERE expires_at_ns > ? ORDER BY cell_id",
            .integer(now.nanoseconds)
        )
        return try registeredCells(query)
    }

    /// - Parameter substitute: what stands for a row that cannot be read; `nil` leaves it out.
    func registeredCells(
        _ query: Query,
        damaged substitute: (CellID) -> CellPresence? = { _ in nil }
    ) throws(StoreError) -> [RegisteredCell] {
        let found = try rows(query) { (row) throws(SQLError) in
            (message: try row.blob(0), expiry: try row.int64(1), id: CellID(try row.text(2)))
        }
        var cells: [RegisteredCell] = []
        for row in found {
            guard let presence = try presence(row.message) ?? substitute(row.id) else { continue }
            cells.append(RegisteredCell(presence: presence, expiresAt: Timestamp(nanoseconds: row.expiry)))
        }
        return cells
    }

    /// `nil` for one that cannot be read.
    private func presence(_ message: [UInt8]) throws(StoreError) -> CellPresence? {
        do throws(StoreError) { return try RecordCoding.cellPresence(message) } catch {
            guard case .damaged = error else { throw error }
            return nil
        }
    }

    /// - Throws: `.notFound` when it is gone or has run out.
    public func cell(_ id: CellID) throws(StoreError) -> RegisteredCell {
        let query = Query(
            "SELECT message, expires_at_ns, cell_id FROM cells WHERE cell_id = ? AND expires_at_ns > ?",
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
