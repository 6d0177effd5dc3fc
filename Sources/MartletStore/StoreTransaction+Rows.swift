import MartletModels
import MartletSQL

/// Single rows of actual LRPs; the verbs are made of these.
extension StoreTransaction {
    /// An unclaimed ordinary row, unless there is an ordinary one already.
    mutating func create(_ key: ActualLRPKey, desired: DesiredLRPSummary?) throws(StoreError) -> Bool {
        guard try !snapshot.hasRow(key.id, .ordinary) else { return false }
        let lrp = ActualLRP(unclaimed: key, at: now, epoch: makeUUID())
        try insert(lrp, desired: desired)
        try record([.actualLRPCreated(lrp)])
        return true
    }

    /// A new row. It takes over what is known of the instance from its other rows.
    func insert(_ lrp: ActualLRP, desired: DesiredLRPSummary?) throws(StoreError) {
        try run(
            """
            INSERT INTO actual_lrps (process_guid, instance_index, presence, domain, state, instance_guid, cell_id,
                since_ns, crash_count, message, wanted, docker, refusal, due_ns, outdated, stop_decision)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
                coalesce(?12, (SELECT max(docker) FROM actual_lrps WHERE process_guid = ?1 AND instance_index = ?2)),
                ?13, ?14, ?15,
                CASE ?11 WHEN 0 THEN
                    (SELECT max(stop_decision) FROM actual_lrps WHERE process_guid = ?1 AND instance_index = ?2)
                END)
            """,
            try values(lrp, desired)
        )
    }

    /// Replaces the row of this key and presence, which exists.
    func update(_ lrp: ActualLRP, desired: DesiredLRPSummary?) throws(StoreError) {
        try run(
            "UPDATE actual_lrps SET \(Self.assignments) WHERE process_guid = ?1 AND instance_index = ?2 AND presence = ?3",
            try values(lrp, desired)
        )
    }

    /// As `update`, and gives the row another presence.
    func move(_ lrp: ActualLRP, from presence: ActualLRP.Presence, desired: DesiredLRPSummary?) throws(StoreError) {
        try run(
            """
            UPDATE actual_lrps SET presence = ?3, \(Self.assignments)
            WHERE process_guid = ?1 AND instance_index = ?2 AND presence = ?16
            """,
            try values(lrp, desired) + [.int(presence.rawValue)]
        )
    }

    /// A row never changes its domain.
    private static let assignments = """
        state = ?5, instance_guid = ?6, cell_id = ?7, since_ns = ?8, crash_count = ?9, message = ?10, wanted = ?11,
        docker = coalesce(?12, docker), refusal = ?13, due_ns = ?14, outdated = ?15,
        stop_decision = CASE ?11 WHEN 0 THEN stop_decision END
        """

    private func values(_ lrp: ActualLRP, _ desired: DesiredLRPSummary?) throws(StoreError) -> [SQLValue] {
        let mark = try RowMark(lrp, desired: desired, rules: rules) { () throws(StoreError) in
            try snapshot.desiredLRPIfAny(lrp.key.processGUID)
        }
        return [
            .text(lrp.key.processGUID.rawValue), .int(lrp.key.index), .int(lrp.presence.rawValue),
            .text(lrp.key.domain.rawValue), .text(lrp.state.name.rawValue),
            .optional(lrp.instanceKey?.instanceGUID.rawValue), .optional(lrp.instanceKey?.cellID.rawValue),
            .integer(lrp.since.nanoseconds), .int(lrp.crashCount), .blob(RecordCoding.bytes(lrp)),
        ] + mark.values
    }

    func deleteRow(_ lrp: ActualLRP) throws(StoreError) {
        try run(
            "DELETE FROM actual_lrps WHERE process_guid = ? AND instance_index = ? AND presence = ?",
            .text(lrp.key.processGUID.rawValue),
            .int(lrp.key.index),
            .int(lrp.presence.rawValue)
        )
    }

    /// Deletes the row and tells of it. A wanted instance without its ordinary row is missing from then on.
    @discardableResult
    mutating func delete(_ lrp: ActualLRP) throws(StoreError) -> Change<ActualLRP> {
        try deleteRow(lrp)
        if lrp.presence == .ordinary { try noteMissing(lrp.key.id) }
        try record([.actualLRPRemoved(lrp)])
        return Change(before: lrp, after: nil)
    }

    /// Applies one transition to the ordinary row; a transition that changes nothing writes nothing.
    ///
    /// - Throws: `.refused` when the transition is.
    mutating func transition(
        _ before: ActualLRP,
        _ apply: (inout ActualLRP, Timestamp) throws(TransitionError) -> Void
    ) throws(StoreError) -> Change<ActualLRP> {
        let change = try changed(before, desired: try snapshot.summary(of: before.key.processGUID), apply)
        try record(change.events())
        return change
    }

    /// As `transition`, without telling of it.
    func changed(
        _ before: ActualLRP,
        desired: DesiredLRPSummary?,
        _ apply: (inout ActualLRP, Timestamp) throws(TransitionError) -> Void
    ) throws(StoreError) -> Change<ActualLRP> {
        var after = before
        do throws(TransitionError) { try apply(&after, now) } catch { throw .refused(error) }
        if after != before { try update(after, desired: desired) }
        return Change(before: before, after: after)
    }
}
