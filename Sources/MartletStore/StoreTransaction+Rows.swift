import MartletModels
import MartletSQL

/// Single rows of actual LRPs; the verbs are made of these.
extension StoreTransaction {
    /// An unclaimed ordinary row, unless there is an ordinary one already.
    mutating func create(_ key: ActualLRPKey) throws(StoreError) -> Bool {
        guard try snapshot.actualLRPIfAny(key, .ordinary) == nil else { return false }
        let lrp = ActualLRP(unclaimed: key, at: now, epoch: makeUUID())
        try save(lrp)
        try record([.actualLRPCreated(lrp)])
        return true
    }

    /// Writes the row of this key and presence, whether it exists or not.
    func save(_ lrp: ActualLRP) throws(StoreError) {
        try run(
            """
            INSERT INTO actual_lrps (process_guid, instance_index, presence, domain, state, instance_guid, cell_id,
                since_ns, crash_count, message)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (process_guid, instance_index, presence) DO UPDATE SET
                domain = excluded.domain, state = excluded.state, instance_guid = excluded.instance_guid,
                cell_id = excluded.cell_id, since_ns = excluded.since_ns, crash_count = excluded.crash_count,
                message = excluded.message
            """,
            .text(lrp.key.processGUID.rawValue),
            .int(lrp.key.index),
            .int(lrp.presence.rawValue),
            .text(lrp.key.domain.rawValue),
            .text(lrp.state.name.rawValue),
            .optional(lrp.instanceKey?.instanceGUID.rawValue),
            .optional(lrp.instanceKey?.cellID.rawValue),
            .integer(lrp.since.nanoseconds),
            .int(lrp.crashCount),
            .blob(RecordCoding.bytes(lrp))
        )
    }

    func deleteRow(_ lrp: ActualLRP) throws(StoreError) {
        try run(
            "DELETE FROM actual_lrps WHERE process_guid = ? AND instance_index = ? AND presence = ?",
            .text(lrp.key.processGUID.rawValue),
            .int(lrp.key.index),
            .int(lrp.presence.rawValue)
        )
    }

    /// Deletes the row and tells of it.
    @discardableResult
    mutating func delete(_ lrp: ActualLRP) throws(StoreError) -> Change<ActualLRP> {
        try deleteRow(lrp)
        try record([.actualLRPRemoved(lrp)])
        return Change(before: lrp, after: nil)
    }

    /// Applies one transition to the ordinary row; a transition that changes nothing writes nothing.
    ///
    /// - Throws: `.notFound` without an ordinary row, `.refused` when the transition is.
    mutating func transition(
        _ key: ActualLRPKey,
        _ apply: (inout ActualLRP, Timestamp) throws(TransitionError) -> Void
    ) throws(StoreError) -> Change<ActualLRP> {
        let change = try changed(try snapshot.actualLRP(key), apply)
        try record(change.events())
        return change
    }

    /// As `transition`, without telling of it.
    func changed(
        _ before: ActualLRP,
        _ apply: (inout ActualLRP, Timestamp) throws(TransitionError) -> Void
    ) throws(StoreError) -> Change<ActualLRP> {
        var after = before
        do throws(TransitionError) { try apply(&after, now) } catch { throw .refused(error) }
        if after != before { try save(after) }
        return Change(before: before, after: after)
    }
}
