import MartletModels
import MartletSQL

/// Marks of rows whose desired LRP changes.
extension StoreTransaction {
    /// Marks rows of a process anew. Only rows whose mark changes are written.
    ///
    /// - Parameter indices: where marks may have changed.
    func mark(
        _ guid: ProcessGUID,
        _ indices: Range<Int>,
        desired: DesiredLRP?
    ) throws(StoreError) {
        let query = Query(
            """
            SELECT message, wanted, docker, refusal, due_ns, outdated FROM actual_lrps
            WHERE process_guid = ? AND instance_index >= ? AND instance_index < ?
            """,
            .text(guid.rawValue),
            .int(indices.lowerBound),
            .int(indices.upperBound)
        )
        let rows = try snapshot.rows(query) { (row) throws(SQLError) in
            let old: [SQLValue] = [
                .integer(try row.int64(1)), .optional(try row.optionalInt64(2)), .optional(try row.optionalText(3)),
                .optional(try row.optionalInt64(4)), .integer(try row.int64(5)),
            ]
            return (message: try row.blob(0), old: old)
        }
        for row in rows { try mark(try RecordCoding.actualLRP(row.message), row.old, desired) }
    }

    private func mark(_ lrp: ActualLRP, _ old: [SQLValue], _ desired: DesiredLRP?) throws(StoreError) {
        let mark = try RowMark(lrp, desired: desired?.summary, rules: rules) { () throws(StoreError) in desired }
        var new = mark.values
        if mark.isDocker == nil { new[1] = old[1] }
        guard new != old else { return }
        try run(
            """
            UPDATE actual_lrps SET wanted = ?4, docker = ?5, refusal = ?6, due_ns = ?7, outdated = ?8,
                governed = CASE WHEN ?5 = 1 AND state <> 'CRASHED' THEN ?6 END,
                stop_decision = CASE ?4 WHEN 0 THEN stop_decision END
            WHERE process_guid = ?1 AND instance_index = ?2 AND presence = ?3
            """,
            [.text(lrp.key.processGUID.rawValue), .int(lrp.key.index), .int(lrp.presence.rawValue)] + new
        )
    }

    /// Instances from that index on are not wanted any more.
    ///
    /// - Parameter decision: the event that decided it.
    func unmark(_ guid: ProcessGUID, from bound: Int, decision: Int64) throws(StoreError) {
        try run(
            """
            UPDATE actual_lrps SET wanted = 0, due_ns = NULL, outdated = 0, stop_decision = ?3
            WHERE process_guid = ?1 AND instance_index >= ?2 AND stop_decision IS NULL
            """,
            .text(guid.rawValue),
            .int(bound),
            .integer(decision)
        )
    }

    /// Marks rows that a migration has left unmarked.
    ///
    /// - Returns: the processes whose rows have been marked.
    func markUnmarkedProcesses(limit: Int) throws(StoreError) -> [ProcessGUID] {
        let query = Query(
            """
            SELECT DISTINCT process_guid FROM actual_lrps INDEXED BY actual_lrps_unmarked WHERE refusal IS NULL
            ORDER BY process_guid LIMIT ?
            """,
            .int(limit)
        )
        let guids = try snapshot.rows(query) { (row) throws(SQLError) in ProcessGUID(try row.text(0)) }
        for guid in guids { try mark(guid, 0..<Int.max, desired: try snapshot.desiredLRPIfAny(guid)) }
        return guids
    }
}
