public import MartletModels
import MartletSQL

/// What a verb on a desired LRP did, and what is left to do for whoever called it.
public struct DesiredLRPOutcome: Hashable, Sendable {
    public var change: Change<DesiredLRP>
    /// New instances without a cell: ask for an auction.
    public var created: [ActualLRPKey]
    /// Instances that are on a cell and should not be: ask the cell to stop them. Their records go when it has.
    public var toStop: [ActualLRP]
}

extension StoreTransaction {
    /// Writes down what should run, and one unclaimed instance per index.
    ///
    /// The modification tag of `lrp` is replaced by a new one.
    /// - Throws: `.invalid`, `.alreadyExists`.
    @discardableResult
    public mutating func desire(_ lrp: DesiredLRP) throws(StoreError) -> DesiredLRPOutcome {
        try validating(lrp.validate)
        guard try snapshot.desiredLRPIfAny(lrp.processGUID) == nil else {
            throw .alreadyExists("desired LRP \(lrp.processGUID)")
        }
        var lrp = lrp
        lrp.modificationTag = ModificationTag(epoch: makeUUID())
        try save(lrp)
        try record(.lrp(.desiredLRPCreated(lrp)))
        try mark(lrp.processGUID, 0..<Int.max, desired: lrp)
        let created = try create(0..<lrp.instances, of: lrp)
        return DesiredLRPOutcome(change: Change(before: nil, after: lrp), created: created, toStop: [])
    }

    /// Changes what may change; creates and stops instances as the new number wants it (BBS section 5.5.3).
    ///
    /// - Throws: `.invalid`, `.notFound`.
    @discardableResult
    public mutating func update(
        _ guid: ProcessGUID,
        _ update: DesiredLRPUpdate
    ) throws(StoreError) -> DesiredLRPOutcome {
        try validating(update.validate)
        let before = try snapshot.desiredLRP(guid)
        var after = before
        after.apply(update)
        try save(after)
        let gained = before.instances..<max(before.instances, after.instances)
        let isLive = after.hasLiveUpdate(since: before)
        let marked = isLive ? 0..<gained.upperBound : gained
        if !marked.isEmpty { try mark(guid, marked, desired: after) }
        let created = try create(gained, of: after)
        let hasFewer = after.instances < before.instances
        let toStop = hasFewer ? try stopInstances(of: guid, from: after.instances) : []
        try record(.lrp(.desiredLRPChanged(before: before, after: after)))
        if hasFewer { try unmark(guid, from: after.instances, decision: lastEventNumber) }
        return DesiredLRPOutcome(change: Change(before: before, after: after), created: created, toStop: toStop)
    }

    /// Forgets what should run. Instances that no cell holds go at once.
    ///
    /// - Throws: `.notFound`.
    @discardableResult
    public mutating func removeDesiredLRP(_ guid: ProcessGUID) throws(StoreError) -> DesiredLRPOutcome {
        let before = try snapshot.desiredLRP(guid)
        try run("DELETE FROM desired_lrps WHERE process_guid = ?", .text(guid.rawValue))
        try record(.lrp(.desiredLRPRemoved(before)))
        let decision = lastEventNumber
        let toStop = try stopInstances(of: guid, from: 0)
        try unmark(guid, from: 0, decision: decision)
        return DesiredLRPOutcome(change: Change(before: before, after: nil), created: [], toStop: toStop)
    }

    private func save(_ lrp: DesiredLRP) throws(StoreError) {
        try run(
            """
            INSERT INTO desired_lrps (process_guid, domain, instances, docker, message) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (process_guid) DO UPDATE SET instances = excluded.instances, message = excluded.message
            """,
            .text(lrp.processGUID.rawValue),
            .text(lrp.domain.rawValue),
            .int(lrp.instances),
            .bool(lrp.rootFS.isDocker),
            .blob(RecordCoding.bytes(lrp))
        )
    }

    private mutating func create(_ indices: Range<Int>, of lrp: DesiredLRP) throws(StoreError) -> [ActualLRPKey] {
        let desired = lrp.summary
        var created: [ActualLRPKey] = []
        for index in indices {
            let key = desired.key(index)
            if try create(key, desired: desired) { created.append(key) }
        }
        return created
    }

    /// BBS section 5.5.4: what no cell holds is deleted, the rest is handed back. Evacuating rows are left alone.
    private mutating func stopInstances(of guid: ProcessGUID, from bound: Int) throws(StoreError) -> [ActualLRP] {
        var toStop: [ActualLRP] = []
        for lrp in try snapshot.actualLRPs(guid, from: bound) where lrp.presence != .evacuating {
            if lrp.instanceKey == nil { try delete(lrp) } else { toStop.append(lrp) }
        }
        try forgetMissing(guid, from: bound)
        return toStop
    }
}
