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

/// How much `diego_docker` governs.
public struct DockerTotals: Hashable, Sendable {
    public var desiredLRPs = 0
    /// Those of which a cell holds something.
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

/// What the flag `diego_docker` governs, read without touching what it does not.
extension StoreSnapshot {
    /// Those with most instances on cells first, then by the app's name, those without a name last.
    ///
    /// - Parameter limit: at most so many; `nil` for all.
    public func dockerLRPs(limit: Int? = nil) throws(StoreError) -> [DockerLRP] {
        let sql = """
            SELECT d.process_guid, d.domain, d.instances, apps.name, count(a.instance_guid) AS held
            FROM desired_lrps AS d LEFT JOIN actual_lrps AS a ON a.process_guid = d.process_guid
            LEFT JOIN apps ON apps.process_guid = d.process_guid
            WHERE d.docker = 1 GROUP BY d.process_guid
            ORDER BY held DESC, apps.name IS NULL, apps.name, d.process_guid LIMIT ?
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
            SELECT count(*), count(nullif(held, 0)), ifnull(sum(held), 0) FROM (
                SELECT (SELECT count(a.instance_guid) FROM actual_lrps AS a WHERE a.process_guid = d.process_guid)
                    AS held FROM desired_lrps AS d WHERE d.docker = 1)
            """
        let totals = try first(Query(sql)) { (row) throws(SQLError) in
            DockerTotals(
                desiredLRPs: try row.int(0),
                heldLRPs: try row.int(1),
                heldInstances: try row.int(2)
            )
        }
        return totals ?? DockerTotals()
    }

    /// Cells that hold something of it, sorted.
    public func dockerCells() throws(StoreError) -> [CellID] {
        let sql = """
            SELECT DISTINCT a.cell_id FROM desired_lrps AS d JOIN actual_lrps AS a ON a.process_guid = d.process_guid
            WHERE d.docker = 1 AND a.cell_id IS NOT NULL ORDER BY a.cell_id
            """
        return try rows(Query(sql)) { (row) throws(SQLError) in CellID(try row.text(0)) }
    }

    /// Calls `body` for every process guid and index of which a cell holds a record or which has crashed and waits to
    /// be started again, each once, in order. Nothing is kept, so any number of them is as good as none.
    public func forEachDockerKey(
        _ body: (_ processGUID: ProcessGUID, _ index: Int, _ isHeld: Bool) -> Void
    ) throws(StoreError) {
        let sql = """
            SELECT a.process_guid, a.instance_index, count(a.instance_guid)
            FROM desired_lrps AS d JOIN actual_lrps AS a ON a.process_guid = d.process_guid
            WHERE d.docker = 1 AND (a.instance_guid IS NOT NULL OR a.crash_count > 0)
            GROUP BY a.process_guid, a.instance_index ORDER BY a.process_guid, a.instance_index
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
        let sql = """
            SELECT a.process_guid, a.instance_index, a.domain, a.instance_guid, a.cell_id FROM actual_lrps AS a
            WHERE a.instance_guid IS NOT NULL AND a.process_guid IN (
                SELECT process_guid FROM desired_lrps WHERE docker = 1 UNION SELECT value FROM json_each(?))
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
