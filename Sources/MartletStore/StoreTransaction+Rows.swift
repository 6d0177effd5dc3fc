import MartletConvergence
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
        try run(Self.insertion, try values(lrp, desired))
    }

    private static let insertion = """
        INSERT INTO actual_lrps (process_guid, instance_index, presence, domain, state, instance_guid, cell_id,
            since_ns, crash_count, message, wanted, docker, refusal, due_ns, outdated, governed, stop_decision)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, \(known), ?13, ?14, ?15,
            CASE WHEN \(known) = 1 AND ?5 <> 'CRASHED' THEN ?13 END,
            CASE ?11 WHEN 0 THEN
                (SELECT max(stop_decision) FROM actual_lrps WHERE process_guid = ?1 AND instance_index = ?2)
            END)
        """

    private static let known =
        "coalesce(?12, (SELECT max(docker) FROM actual_lrps WHERE process_guid = ?1 AND instance_index = ?2))"

    /// Replaces the row of this key and presence. Columns that keep their values are left out, because SQLite writes a
    /// page of each index whose columns are set, even to what they are.
    func update(_ before: ActualLRP, to after: ActualLRP, desired: DesiredLRPSummary?) throws(StoreError) {
        let isHeldAsBefore = before.instanceKey == after.instanceKey
        let old = ConvergenceMark(before, desired: desired, rules: rules)
        let new = ConvergenceMark(after, desired: desired, rules: rules)
        let isToldAsBefore = old.refusal == new.refusal && (before.state == .crashed) == (after.state == .crashed)
        let sql =
            switch (isHeldAsBefore, isToldAsBefore) {
            case (true, true): Self.update
            case (true, false): Self.updateTold
            case (false, true): Self.updateHeld
            case (false, false): Self.updateAll
            }
        try run(sql, try values(after, desired))
    }

    private static let update = "UPDATE actual_lrps SET \(assignments)\(thisRow)"
    private static let updateTold = "UPDATE actual_lrps SET \(assignments), \(told)\(thisRow)"
    private static let updateHeld = "UPDATE actual_lrps SET \(assignments), \(held)\(thisRow)"
    private static let updateAll = "UPDATE actual_lrps SET \(assignments), \(held), \(told)\(thisRow)"
    private static let thisRow = " WHERE process_guid = ?1 AND instance_index = ?2 AND presence = ?3"

    /// A row never changes its domain; what follows from the desired LRP alone changes with that.
    private static let assignments = """
        state = ?5, since_ns = ?8, crash_count = ?9, message = ?10, refusal = ?13, due_ns = ?14, outdated = ?15
        """
    private static let held = "instance_guid = ?6, cell_id = ?7"
    private static let told = "governed = CASE WHEN docker = 1 AND ?5 <> 'CRASHED' THEN ?13 END"

    /// Replaces the row of another presence, and gives it that of the record.
    func move(_ lrp: ActualLRP, from presence: ActualLRP.Presence, desired: DesiredLRPSummary?) throws(StoreError) {
        try run(
            """
            UPDATE actual_lrps SET presence = ?3, \(Self.assignments), \(Self.held), \(Self.told)
            WHERE process_guid = ?1 AND instance_index = ?2 AND presence = ?16
            """,
            try values(lrp, desired) + [.int(presence.rawValue)]
        )
    }

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
        if after != before { try update(before, to: after, desired: desired) }
        return Change(before: before, after: after)
    }
}
