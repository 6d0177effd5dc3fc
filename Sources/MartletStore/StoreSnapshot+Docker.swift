public import MartletModels
import MartletSQL

/// A desired LRP that `diego_docker` governs, and what there is of it.
public struct DockerLRP: Hashable, Sendable {
    public var processGUID: ProcessGUID
    public var domain: DomainName
    /// Of the app whose present version it is; `nil` for one that was desired through the BBS.
    public var appName: String?
    public var desiredInstances: Int
    /// Records that a cell holds.
    public var heldInstances: Int
}

/// How much of what `diego_docker` governs is on cells.
public struct DockerTotals: Hashable, Sendable {
    /// Process guids of which a cell holds something.
    public var heldLRPs = 0
    /// Records that a cell holds.
    public var heldInstances = 0
}

/// An instance that `diego_docker` governs, and who holds it.
public struct DockerHolder: Hashable, Sendable {
    public var key: ActualLRPKey
    public var instance: ActualLRPInstanceKey

    public init(key: ActualLRPKey, instance: ActualLRPInstanceKey) { (self.key, self.instance) = (key, instance) }
}

/// What the flag `diego_docker` governs, read without touching what it does not: instances of desired LRPs from images,
/// and those that nobody desires or decided to stop, where their cells say that they are from images.
extension StoreSnapshot {
    /// Their records; orphans are found by the index of what nobody wants, which is nearly empty.
    private static let governed = """
        SELECT a.process_guid, a.instance_index, a.domain, a.instance_guid, a.cell_id, a.crash_count
        FROM desired_lrps AS d JOIN actual_lrps AS a ON a.process_guid = d.process_guid WHERE d.docker = 1
        UNION ALL
        SELECT a.process_guid, a.instance_index, a.domain, a.instance_guid, a.cell_id, a.crash_count
        FROM actual_lrps AS a WHERE a.wanted = 0 AND a.stop_decision IS NULL AND a.docker = 1
            AND NOT EXISTS (SELECT 1 FROM desired_lrps AS d WHERE d.process_guid = a.process_guid)
        """

    /// Those with most instances on cells first, then by the app's name, those without a name last.
    ///
    /// - Parameter limit: at most so many; `nil` for all.
    public func dockerLRPs(limit: Int? = nil) throws(StoreError) -> [DockerLRP] {
        let sql = """
            SELECT g.process_guid, g.domain, ifnull(d.instances, 0), apps.name, g.held FROM (
                SELECT process_guid, max(domain) AS domain, count(instance_guid) AS held FROM (
                    SELECT process_guid, domain, NULL AS instance_guid FROM desired_lrps WHERE docker = 1
                    UNION ALL SELECT process_guid, domain, instance_guid FROM (\(Self.governed)))
                GROUP BY process_guid) AS g
            LEFT JOIN desired_lrps AS d ON d.process_guid = g.process_guid
            LEFT JOIN apps ON apps.process_guid = g.process_guid
            ORDER BY g.held DESC, apps.name IS NULL, apps.name, g.process_guid LIMIT ?
            """
        return try rows(Query(sql, .int(limit ?? -1))) { (row) throws(SQLError) in
            DockerLRP(
                processGUID: ProcessGUID(try row.text(0)),
                domain: DomainName(try row.text(1)),
                appName: try row.optionalText(3),
                desiredInstances: try row.int(2),
                heldInstances: try row.int(4)
            )
        }
    }

    public func dockerTotals() throws(StoreError) -> DockerTotals {
        let sql = """
            SELECT count(DISTINCT process_guid), count(*) FROM (\(Self.governed)) WHERE instance_guid IS NOT NULL
            """
        let totals = try first(Query(sql)) { (row) throws(SQLError) in
            DockerTotals(heldLRPs: try row.int(0), heldInstances: try row.int(1))
        }
        return totals ?? DockerTotals()
    }

    /// Cells that hold something of it, sorted.
    public func dockerCells() throws(StoreError) -> [CellID] {
        let sql = "SELECT DISTINCT cell_id FROM (\(Self.governed)) WHERE cell_id IS NOT NULL ORDER BY cell_id"
        return try rows(Query(sql)) { (row) throws(SQLError) in CellID(try row.text(0)) }
    }

    /// Calls `body` for every process guid and index of which a cell holds a record or which has crashed and waits to
    /// be started again, each once, in order. Nothing is kept, so any number of them is as good as none.
    public func forEachDockerKey(
        _ body: (_ processGUID: ProcessGUID, _ index: Int, _ isHeld: Bool) -> Void
    ) throws(StoreError) {
        let sql = """
            SELECT process_guid, instance_index, count(instance_guid) FROM (\(Self.governed))
            WHERE instance_guid IS NOT NULL OR crash_count > 0
            GROUP BY process_guid, instance_index ORDER BY process_guid, instance_index
            """
        _ = try rows(Query(sql)) { (row) throws(SQLError) in
            body(ProcessGUID(try row.text(0)), try row.int(1), try row.int(2) > 0)
        }
    }

    /// Calls `body` for every process guid.
    public func forEachDockerLRP(_ body: (ProcessGUID) -> Void) throws(StoreError) {
        let query = Query("SELECT process_guid FROM desired_lrps WHERE docker = 1")
        _ = try rows(query) { (row) throws(SQLError) in body(ProcessGUID(try row.text(0))) }
    }

    /// Every record that a cell holds; of process guids that are not desired any more, too, if they are in `others`.
    public func heldDockerLRPs(others: some Sequence<ProcessGUID> = []) throws(StoreError) -> [DockerHolder] {
        let columns = "process_guid, instance_index, domain, instance_guid, cell_id"
        let sql = """
            SELECT \(columns) FROM (\(Self.governed)) WHERE instance_guid IS NOT NULL
            UNION SELECT \(columns) FROM actual_lrps
            WHERE instance_guid IS NOT NULL AND process_guid IN (SELECT value FROM json_each(?))
            """
        let query = Query(sql, .text(Query.jsonArray(others.map(\.rawValue))))
        return try rows(query) { (row) throws(SQLError) in
            DockerHolder(
                key: ActualLRPKey(
                    processGUID: ProcessGUID(try row.text(0)),
                    index: try row.int(1),
                    domain: DomainName(try row.text(2))
                ),
                instance: ActualLRPInstanceKey(
                    instanceGUID: InstanceGUID(try row.text(3)),
                    cellID: CellID(try row.text(4))
                )
            )
        }
    }
}
