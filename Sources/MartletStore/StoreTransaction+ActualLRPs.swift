public import MartletModels
import MartletSQL

/// What a reported crash led to.
public struct CrashResult: Hashable, Sendable {
    public var change: Change<ActualLRP>
    /// `nil` when a suspect instance crashed, which leads to nothing but its removal.
    public var outcome: CrashOutcome?
}

extension StoreTransaction {
    /// A cell has begun to create the instance. Of a suspect instance this is accepted and ignored.
    ///
    /// - Throws: `.notFound`; `.refused` by the rules of the record, or by the feature flag of Docker images.
    @discardableResult
    public mutating func claim(
        _ key: ActualLRPKey,
        by instance: ActualLRPInstanceKey
    ) throws(StoreError) -> Change<ActualLRP> {
        try admit(key)
        if let suspect = try suspect(key, instance) { return Change(before: suspect, after: suspect) }
        return try transition(key) { (lrp, now) throws(TransitionError) in try lrp.claim(by: instance, at: now) }
    }

    /// A cell runs the instance; the record is made when there is none. An evacuating or suspect predecessor goes.
    ///
    /// A repetition changes nothing. A start that the feature flag refuses is refused as often as it is repeated, so
    /// that the cell stops the instance.
    /// - Returns: the changes, that of the instance itself first; empty when nothing has changed.
    @discardableResult
    public mutating func start(
        _ key: ActualLRPKey,
        _ start: ActualLRPStart
    ) throws(StoreError) -> [Change<ActualLRP>] {
        try admit(key)
        if try suspect(key, start.instance) != nil { return [] }
        let rows = try snapshot.actualLRPs(key.processGUID, index: key.index)
        let ordinary = rows.first { $0.presence == .ordinary }
        let started = try started(key, start, ordinary: ordinary)
        var changes = started.isEmpty ? [] : [started]
        for predecessor in rows where predecessor.presence != .ordinary {
            try deleteRow(predecessor)
            changes.append(Change(before: predecessor, after: nil))
        }
        try record(changes.flatMap { $0.events() })
        return changes
    }

    private func started(
        _ key: ActualLRPKey,
        _ start: ActualLRPStart,
        ordinary: ActualLRP?
    ) throws(StoreError) -> Change<ActualLRP> {
        guard let ordinary else {
            let lrp = ActualLRP(running: key, start, at: now, epoch: makeUUID())
            try save(lrp)
            return Change(before: nil, after: lrp)
        }
        guard ordinary.key == key else { throw .refused(.cannotBeStarted(key, while: ordinary.state.name)) }
        return try changed(ordinary) { (lrp, now) throws(TransitionError) in try lrp.start(start, at: now) }
    }

    /// The instance has ended by itself.
    ///
    /// - Throws: `.notFound`; `.refused` unless exactly this instance holds the key.
    @discardableResult
    public mutating func crash(
        _ key: ActualLRPKey,
        _ instance: ActualLRPInstanceKey,
        reason: String
    ) throws(StoreError) -> CrashResult {
        if let suspect = try suspect(key, instance) { return CrashResult(change: try delete(suspect), outcome: nil) }
        var outcome: CrashOutcome?
        let policy = restartPolicy
        let change = try changed(try snapshot.actualLRP(key)) { (lrp, now) throws(TransitionError) in
            outcome = try lrp.crash(instance, reason: reason, policy: policy, at: now)
        }
        try record(change.events(crashed: true))
        return CrashResult(change: change, outcome: outcome)
    }

    /// No cell took it. Nothing happens when it is gone meanwhile.
    ///
    /// - Throws: `.refused` unless it is unclaimed.
    @discardableResult
    public mutating func fail(_ key: ActualLRPKey, placementError: String) throws(StoreError) -> Change<ActualLRP> {
        guard try snapshot.actualLRPIfAny(key, .ordinary) != nil else { return Change(before: nil, after: nil) }
        return try transition(key) { (lrp, now) throws(TransitionError) in try lrp.fail(placementError, at: now) }
    }

    /// Whoever held it no longer does, so it may be placed again.
    ///
    /// - Parameter tag: when given and no longer that of the record, nothing happens: the decision came too late.
    /// - Throws: `.notFound`; `.refused` when it is unclaimed already.
    @discardableResult
    public mutating func unclaim(
        _ key: ActualLRPKey,
        ifStill tag: ModificationTag? = nil
    ) throws(StoreError) -> Change<ActualLRP> {
        let lrp = try snapshot.actualLRP(key)
        if let tag, tag != lrp.modificationTag { return Change(before: lrp, after: lrp) }
        return try transition(key) { (lrp, now) throws(TransitionError) in try lrp.unclaim(at: now) }
    }

    /// The cell has let go of the instance, so its record goes. Without `instance`, whoever holds it.
    ///
    /// - Throws: `.notFound` without a record, and when another instance holds it.
    @discardableResult
    public mutating func remove(
        _ key: ActualLRPKey,
        _ instance: ActualLRPInstanceKey?
    ) throws(StoreError) -> Change<ActualLRP> {
        let lrp = try snapshot.actualLRP(key)
        guard lrp.mayBeRemoved(by: instance) else { throw .notFound("actual LRP \(key) of that instance") }
        return try delete(lrp)
    }

    /// Deletes one record of one presence, whoever holds it.
    ///
    /// - Parameter tag: as for `unclaim`.
    /// - Throws: `.notFound`.
    @discardableResult
    public mutating func removeRecord(
        _ key: ActualLRPKey,
        presence: ActualLRP.Presence = .ordinary,
        ifStill tag: ModificationTag? = nil
    ) throws(StoreError) -> Change<ActualLRP> {
        let lrp = try snapshot.actualLRP(key, presence: presence)
        if let tag, tag != lrp.modificationTag { return Change(before: lrp, after: lrp) }
        return try delete(lrp)
    }

    /// An unclaimed instance for an index that should have one and does not.
    ///
    /// - Returns: whether it has been created; false when it exists already, or is not wanted any more.
    @discardableResult
    public mutating func createMissing(_ key: ActualLRPKey) throws(StoreError) -> Bool {
        guard let desired = try snapshot.desiredLRPIfAny(key.processGUID), desired.wants(key) else {
            return false
        }
        return try create(key)
    }

    /// The suspect row of the key if it is that instance's.
    private func suspect(_ key: ActualLRPKey, _ instance: ActualLRPInstanceKey) throws(StoreError) -> ActualLRP? {
        let suspect = try snapshot.actualLRPIfAny(key, .suspect)
        return suspect?.instanceKey == instance ? suspect : nil
    }

    /// The feature flag, checked in the transaction that would let an instance in, so that no order of events gets
    /// around it.
    private func admit(_ key: ActualLRPKey) throws(StoreError) {
        let query = Query(
            """
            SELECT 1 FROM desired_lrps JOIN feature_flags ON feature_flags.name = ? AND feature_flags.enabled = 0
            WHERE desired_lrps.process_guid = ? AND desired_lrps.docker = 1
            """,
            .text(FeatureFlagName.diegoDocker.rawValue),
            .text(key.processGUID.rawValue)
        )
        if try snapshot.first(query, { (row) throws(SQLError) in try row.int64(0) }) != nil {
            throw .refused(.notAdmitted(key, flag: .diegoDocker))
        }
    }
}
