public import MartletModels
import MartletSQL

extension StoreSnapshot {
    /// Processes by what an operator calls them: the process guid, or its beginning up to a `-`, or an instance guid of
    /// one of its instances. They are desired or have records.
    ///
    /// - Returns: sorted; at most `limit`.
    public func processes(named name: String, limit: Int) throws(StoreError) -> [ProcessGUID] {
        guard limit > 0 else { return [] }
        var found: [ProcessGUID] = []
        if try isKnown(name) { found.append(ProcessGUID(name)) }
        // The character after `-` ends the range of everything that begins with the name and a `-`.
        var last = name + "-"
        while found.count < limit, let next = try firstProcess(after: last, before: name + ".") {
            found.append(ProcessGUID(next))
            last = next
        }
        return found.isEmpty ? try holder(InstanceGUID(name)).map { [$0] } ?? [] : found
    }

    private func isKnown(_ guid: String) throws(StoreError) -> Bool {
        let query = Query(
            """
            SELECT 1 WHERE EXISTS (SELECT 1 FROM desired_lrps WHERE process_guid = ?1)
                OR EXISTS (SELECT 1 FROM actual_lrps WHERE process_guid = ?1)
            """,
            .text(guid)
        )
        return try first(query) { (row) throws(SQLError) in try row.int64(0) } != nil
    }

    /// One step through each index, however many instances a process has.
    private func firstProcess(after last: String, before end: String) throws(StoreError) -> String? {
        var smallest: String?
        for table in ["desired_lrps", "actual_lrps"] {
            let query = Query(
                "SELECT min(process_guid) FROM \(table) WHERE process_guid > ? AND process_guid < ?",
                .text(last),
                .text(end)
            )
            let found = try first(query) { (row) throws(SQLError) in try row.optionalText(0) } ?? nil
            smallest = [smallest, found].compactMap(\.self).min()
        }
        return smallest
    }

    /// One step through the index for each cell that holds something.
    private func holder(_ guid: InstanceGUID) throws(StoreError) -> ProcessGUID? {
        let sql = """
            SELECT process_guid FROM holders CROSS JOIN actual_lrps INDEXED BY actual_lrps_held
            ON cell_id = holders.id AND instance_guid = ?
            """
        let query = Query(Self.holders + sql, .text(guid.rawValue))
        return try first(query) { (row) throws(SQLError) in ProcessGUID(try row.text(0)) }
    }
}
