public import MartletConvergence
import MartletModels
import MartletSQL

extension StoreSnapshot {
    /// Instances that may be out of place, as the source says; see `CandidateSource`.
    ///
    /// - Parameters:
    ///   - cursor: `next` of the page before, also of another snapshot.
    ///   - limit: records at most.
    /// - Complexity: what it returns, whatever the store holds.
    public func candidates(
        _ source: CandidateSource,
        after cursor: CandidateCursor? = nil,
        limit: Int
    ) throws(StoreError) -> CandidatePage {
        if case .instances(let ids) = source { return Self.page(of: ids, after: cursor, limit: limit) }
        var found: [CandidateCursor] = []
        for range in try ranges(source).sorted(by: { $0.name < $1.name }) where range.name >= cursor?.range ?? "" {
            let query = range.query(after: cursor, limit: limit - found.count)
            found += try rows(query) { (row) throws(SQLError) in try range.cursor(row) }
            if found.count >= limit { break }
        }
        var seen: Set<InstanceID> = []
        let ids = found.compactMap { row in
            let id = InstanceID(ProcessGUID(row.processGUID), Int(row.index))
            return seen.insert(id).inserted ? id : nil
        }
        return CandidatePage(ids: ids, next: found.count >= limit ? found.last : nil)
    }

    /// - Parameter cursor: says how many were in the pages before.
    private static func page(of ids: [InstanceID], after cursor: CandidateCursor?, limit: Int) -> CandidatePage {
        let start = min(cursor.map { Int($0.index) } ?? 0, ids.count)
        let end = min(start + max(1, limit), ids.count)
        let next = CandidateCursor(range: "", leading: .none, processGUID: "", index: Int64(end), presence: 0)
        return CandidatePage(ids: Array(ids[start..<end]), next: end < ids.count ? next : nil)
    }

    func ranges(_ source: CandidateSource) throws(StoreError) -> [CandidateRange] {
        switch source {
        case .displaced: [CandidateRange("", index: "displaced", where: "presence <> 0")]
        case .onLostCells: try lostCells().map { Self.held(by: $0, where: " AND presence <> 2") }
        case .notRefused(let placementError): Self.governed(not: placementError)
        case .refused: [CandidateRange("", index: "refused", where: "refusal <> ''")]
        case .unwanted(let domains): Self.unwanted(in: domains)
        case .missing: [CandidateRange("", missing: "")]
        case .due: [Self.due(at: now)]
        case .waiting(let since): [Self.waiting(since: since)]
        case .outdated: [CandidateRange("", index: "outdated", where: "outdated = 1")]
        case .process(let guid): Self.process(guid)
        case .instances: []
        case .cell(let id): [Self.held(by: id)]
        }
    }

    private static func held(by cell: CellID, where more: String = "") -> CandidateRange {
        CandidateRange(
            cell.rawValue,
            index: "held",
            where: "cell_id = ?" + more,
            [.text(cell.rawValue)],
            by: ("instance_guid", .text(""))
        )
    }

    /// What sorts before and what sorts after the placement error; and what carries a refusal although no flag governs
    /// it, because its process guid came back with another root file system.
    private static func governed(not placementError: String) -> [CandidateRange] {
        let admitted = CandidateRange("admitted", index: "admitted", where: "refusal <> '' AND docker = 0")
        return [admitted]
            + ["<", ">"].map { side in
                CandidateRange(
                    side,
                    index: "governed",
                    where: "governed \(side) ?",
                    [.text(placementError)],
                    by: ("governed", .text(""))
                )
            }
    }

    private static func unwanted(in domains: Set<DomainName>) -> [CandidateRange] {
        let decided = CandidateRange("", index: "decided", where: "wanted = 0 AND stop_decision IS NOT NULL")
        return [decided]
            + domains.map { domain in
                CandidateRange(
                    "/" + domain.rawValue,
                    index: "undecided",
                    where: "wanted = 0 AND stop_decision IS NULL AND domain = ?",
                    [.text(domain.rawValue)]
                )
            }
    }

    private static func due(at now: Timestamp) -> CandidateRange {
        let values = [SQLValue.integer(now.nanoseconds)]
        return CandidateRange("", index: "due", where: "due_ns <= ?", values, by: ("due_ns", .number(.min)))
    }

    private static func waiting(since time: Timestamp) -> CandidateRange {
        CandidateRange(
            "",
            index: "waiting",
            where: "state = 'UNCLAIMED' AND refusal = '' AND since_ns < ?",
            [.integer(time.nanoseconds)],
            by: ("since_ns", .number(.min))
        )
    }

    private static func process(_ guid: ProcessGUID) -> [CandidateRange] {
        let unsettled = "(wanted = 0 OR presence <> 0 OR state = 'UNCLAIMED' OR due_ns IS NOT NULL OR outdated = 1)"
        let values = [SQLValue.text(guid.rawValue)]
        return [
            CandidateRange("0", index: "unsettled", where: unsettled + " AND process_guid = ?", values),
            CandidateRange("1", missing: "process_guid = ? AND ", values),
        ]
    }

    /// Cells that hold records and are not alive: one step through the index for each cell, not for each record.
    private func lostCells() throws(StoreError) -> [CellID] {
        let query = Query(Self.lostCells, .integer(now.nanoseconds))
        return try rows(query) { (row) throws(SQLError) in CellID(try row.text(0)) }
    }

    /// The cells that hold records, as a table.
    static let holders = """
        WITH RECURSIVE holders (id) AS (
            SELECT min(cell_id) FROM actual_lrps WHERE cell_id IS NOT NULL
            UNION ALL
            SELECT (SELECT min(cell_id) FROM actual_lrps WHERE cell_id > holders.id) FROM holders
            WHERE holders.id IS NOT NULL
        )
        """

    private static let lostCells =
        holders + """
            SELECT id FROM holders
            WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cells WHERE cell_id = holders.id AND expires_at_ns > ?)
            """
}
