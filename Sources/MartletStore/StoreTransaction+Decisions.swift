public import MartletConvergence
public import MartletModels
import MartletSQL

/// What somebody decided, or has found out, about instances that nobody wants.
extension StoreTransaction {
    /// An operator lets instances stop that nobody wants and nobody decided to stop, whatever their number.
    ///
    /// - Parameter operator: who did it, for the record.
    /// - Returns: how many records.
    @discardableResult
    public mutating func releaseBrake(by operator: String) throws(StoreError) -> Int {
        let count = try run(
            """
            UPDATE actual_lrps INDEXED BY actual_lrps_undecided SET stop_decision = ?
            WHERE wanted = 0 AND stop_decision IS NULL AND state IN ('CLAIMED', 'RUNNING') AND presence <> 1
                AND EXISTS (
                    SELECT 1 FROM domains WHERE domains.name = actual_lrps.domain AND domains.expires_at_ns > ?
                )
            """,
            .integer(lastEventNumber + 1),
            .integer(now.nanoseconds)
        )
        try record(.brakeReleased(by: `operator`, instances: count))
        return count
    }

    /// Puts on record that the brake is on.
    public mutating func recordBrake(_ report: BrakeReport) throws(StoreError) {
        try record(.brakeApplied(stops: report.stops, running: report.running))
    }

    /// What a cell knows about an instance that nobody ever desired here.
    ///
    /// - Returns: whether that was unknown.
    @discardableResult
    public mutating func learn(isDocker: Bool, of id: InstanceID) throws(StoreError) -> Bool {
        try run(
            """
            UPDATE actual_lrps
            SET docker = ?1, governed = CASE WHEN ?1 = 1 AND state <> 'CRASHED' THEN refusal END
            WHERE process_guid = ?2 AND instance_index = ?3 AND docker IS NULL
            """,
            .bool(isDocker),
            .text(id.processGUID.rawValue),
            .int(id.index)
        ) > 0
    }
}

extension StoreSnapshot {
    /// Held instances of which nobody knows whether `diego_docker` governs them, with who holds them.
    public func unknownRootFS(
        limit: Int
    ) throws(StoreError) -> [(id: InstanceID, holder: ActualLRPInstanceKey)] {
        let query = Query(
            """
            SELECT process_guid, instance_index, instance_guid, cell_id
            FROM actual_lrps INDEXED BY actual_lrps_unknown WHERE docker IS NULL AND cell_id IS NOT NULL
            ORDER BY process_guid, instance_index, presence LIMIT ?
            """,
            .int(limit)
        )
        return try rows(query) { (row) throws(SQLError) in
            let holder = ActualLRPInstanceKey(
                instanceGUID: InstanceGUID(try row.text(2)),
                cellID: CellID(try row.text(3))
            )
            return (InstanceID(ProcessGUID(try row.text(0)), try row.int(1)), holder)
        }
    }

    /// Instances that are held, not wanted and not decided to stop, in domains whose desired LRPs are complete.
    ///
    /// - Returns: `nil` when they are fewer than `minimum`; otherwise how many they are, and how many records are held.
    public func undecidedStops(
        in fresh: Set<DomainName>,
        atLeast minimum: Int
    ) throws(StoreError) -> (stops: Int, running: Int)? {
        var stops = 0
        for domain in fresh.sorted() { stops += try undecidedStops(in: domain) }
        guard stops > 0, stops >= minimum else { return nil }
        let running = Query("SELECT count(*) FROM actual_lrps INDEXED BY actual_lrps_held WHERE cell_id IS NOT NULL")
        return (stops, try first(running) { (row) throws(SQLError) in try row.int(0) } ?? 0)
    }

    /// A suspect record and its replacement are one instance; nothing stops an evacuating one for this.
    private func undecidedStops(in domain: DomainName) throws(StoreError) -> Int {
        let query = Query(
            """
            SELECT count(*) FROM (
                SELECT DISTINCT process_guid, instance_index FROM actual_lrps INDEXED BY actual_lrps_undecided
                WHERE wanted = 0 AND stop_decision IS NULL AND domain = ? AND state IN ('CLAIMED', 'RUNNING')
                    AND presence <> 1
            )
            """,
            .text(domain.rawValue)
        )
        return try first(query) { (row) throws(SQLError) in try row.int(0) } ?? 0
    }
}
