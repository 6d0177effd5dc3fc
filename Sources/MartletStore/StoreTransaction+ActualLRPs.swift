import MartletConvergence
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
    /// - Throws: `.notFound`; `.refused` by the rules of the record, by the feature flag of Docker images, or because
    ///   the instance was given away.
    @discardableResult
    public mutating func claim(
        _ key: ActualLRPKey,
        by instance: ActualLRPInstanceKey
    ) throws(StoreError) -> Change<ActualLRP> {
        let desired = try admit(key)
        let rows = try snapshot.actualLRPs(key.processGUID, index: key.index)
        let ordinary = rows.first { $0.presence == .ordinary }
        if try snapshot.isGivenAway(instance) {
            throw .refused(.cannotBeClaimed(key, while: ordinary?.state.name ?? .unclaimed))
        }
        if let suspect = rows.first(where: { $0.presence == .suspect && $0.instanceKey == instance }) {
            return Change(before: suspect, after: suspect)
        }
        guard let ordinary else { throw .notFound("actual LRP \(key)") }
        let change = try changed(ordinary, desired: desired) { (lrp, now) throws(TransitionError) in
            try lrp.claim(by: instance, at: now)
        }
        try record(change.events())
        return change
    }

    /// A cell runs the instance; the record is made when there is none. An evacuating or suspect predecessor goes.
    ///
    /// A repetition changes nothing. A start that the feature flag refuses is refused as often as it is repeated, so
    /// that the cell stops the instance; so is that of an instance that was given away.
    /// - Returns: the changes, that of the instance itself first; empty when nothing has changed.
    @discardableResult
    public mutating func start(
        _ key: ActualLRPKey,
        _ start: ActualLRPStart
    ) throws(StoreError) -> [Change<ActualLRP>] {
        let desired = try admit(key)
        let rows = try snapshot.actualLRPs(key.processGUID, index: key.index)
        let ordinary = rows.first { $0.presence == .ordinary }
        if try snapshot.isGivenAway(start.instance) {
            throw .refused(.cannotBeStarted(key, while: ordinary?.state.name ?? .unclaimed))
        }
        if rows.contains(where: { $0.presence == .suspect && $0.instanceKey == start.instance }) { return [] }
        let started = try started(key, start, ordinary: ordinary, desired: desired)
        var changes = started.isEmpty ? [] : [started]
        for predecessor in rows where predecessor.presence != .ordinary {
            try deleteRow(predecessor)
            if predecessor.instanceKey != start.instance { try giveAway(predecessor.instanceKey) }
            changes.append(Change(before: predecessor, after: nil))
        }
        try record(changes.flatMap { $0.events() })
        return changes
    }

    private func started(
        _ key: ActualLRPKey,
        _ start: ActualLRPStart,
        ordinary: ActualLRP?,
        desired: DesiredLRPSummary?
    ) throws(StoreError) -> Change<ActualLRP> {
        guard let ordinary else {
            let lrp = ActualLRP(running: key, start, at: now, epoch: makeUUID())
            try insert(lrp, desired: desired)
            if desired?.wants(key.id) == true { try noteFound(key.id) }
            return Change(before: nil, after: lrp)
        }
        guard ordinary.key == key else { throw .refused(.cannotBeStarted(key, while: ordinary.state.name)) }
        return try changed(ordinary, desired: desired) { (lrp, now) throws(TransitionError) in
            try lrp.start(start, at: now)
        }
    }

    /// The instance has ended by itself. Of one that was given away this is accepted, and it is forgotten.
    ///
    /// - Throws: `.notFound`; `.refused` unless exactly this instance holds the key.
    @discardableResult
    public mutating func crash(
        _ key: ActualLRPKey,
        _ instance: ActualLRPInstanceKey,
        reason: String
    ) throws(StoreError) -> CrashResult {
        if try takeBack(instance) { return CrashResult(change: Change(before: nil, after: nil), outcome: nil) }
        if let suspect = try suspect(key, instance) { return CrashResult(change: try delete(suspect), outcome: nil) }
        var outcome: CrashOutcome?
        let (policy, desired) = (rules.restart, try snapshot.summary(of: key.processGUID))
        let change = try changed(try snapshot.actualLRP(key), desired: desired) { (lrp, now) throws(TransitionError) in
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
        guard let lrp = try snapshot.actualLRPIfAny(key, .ordinary) else { return Change(before: nil, after: nil) }
        return try transition(lrp) { (lrp, now) throws(TransitionError) in try lrp.fail(placementError, at: now) }
    }

    /// Whoever held it no longer does, so it may be placed again. An instance whose cell is lost is given away.
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
        let change = try transition(lrp) { (lrp, now) throws(TransitionError) in try lrp.unclaim(at: now) }
        try giveAwayIfLost(lrp.instanceKey)
        return change
    }

    /// The cell has let go of the instance, so its record goes. Without `instance`, whoever holds it; if that one's
    /// cell is lost, it is given away. Of an instance that was given away this is accepted, and it is forgotten.
    ///
    /// - Returns: the change; empty for an instance that was given away.
    /// - Throws: `.notFound` without a record, and when another instance holds it.
    @discardableResult
    public mutating func remove(
        _ key: ActualLRPKey,
        _ instance: ActualLRPInstanceKey?
    ) throws(StoreError) -> Change<ActualLRP> {
        if let instance, try takeBack(instance) { return Change(before: nil, after: nil) }
        let lrp = try snapshot.actualLRP(key)
        guard lrp.mayBeRemoved(by: instance) else { throw .notFound("actual LRP \(key) of that instance") }
        if instance == nil { try giveAwayIfLost(lrp.instanceKey) }
        return try delete(lrp)
    }

    /// Deletes one record of one presence. Whoever holds it has not let go of it, and is given away.
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
        try giveAway(lrp.instanceKey)
        return try delete(lrp)
    }

    /// An unclaimed instance for an index that should have one and does not.
    ///
    /// - Returns: whether it has been created; false when it exists already, or is not wanted any more.
    @discardableResult
    public mutating func createMissing(_ key: ActualLRPKey) throws(StoreError) -> Bool {
        let desired = try snapshot.summary(of: key.processGUID)
        guard let desired, desired.domain == key.domain, desired.wants(key.id) else { return false }
        guard try create(key, desired: desired) else { return false }
        try noteFound(key.id)
        return true
    }

    /// The suspect row of the key if it is that instance's.
    private func suspect(_ key: ActualLRPKey, _ instance: ActualLRPInstanceKey) throws(StoreError) -> ActualLRP? {
        let suspect = try snapshot.actualLRPIfAny(key, .suspect)
        return suspect?.instanceKey == instance ? suspect : nil
    }

    /// The policy, asked in the transaction that would let an instance in, so that no order of events gets
    /// around it.
    ///
    /// - Returns: what is desired.
    private func admit(_ key: ActualLRPKey) throws(StoreError) -> DesiredLRPSummary? {
        guard let desired = try snapshot.summary(of: key.processGUID) else { return nil }
        if let refusal = try snapshot.refusal(of: AdmissionSubject(isDocker: desired.isDocker)) {
            throw .refused(.notAdmitted(key, flag: refusal.flag))
        }
        return desired
    }
}
