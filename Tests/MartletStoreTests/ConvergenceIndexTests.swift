import MartletConvergence
import MartletModels
import MartletSQL
import MartletTestSupport
import Testing

@testable import MartletStore

/// A store to which random things happen, and what convergence sees of it.
private struct World {
    let time = TestTime()
    let store: Store
    var random: SplitMix64
    /// As a server knows them that began a while ago.
    let startedAt: Timestamp
    var cellAppearedAt: Timestamp?

    init(seed: UInt64) throws {
        store = try Store.open(path: ":memory:", TestStore.configuration(time))
        random = SplitMix64(seed: seed)
        startedAt = time.now
    }

    mutating func step() async {
        var random = random
        defer { self.random = random }
        let choice = Choice(&random)
        if choice.verb == 16 { cellAppearedAt = time.now }
        try? await store.write { (transaction) throws(StoreError) in try choice.apply(to: &transaction) }
        if Int.random(in: 0...2, using: &random) == 0 {
            time.advance(by: .seconds(Int.random(in: 1...40, using: &random)))
        }
    }

    /// Everything that is desired and every record.
    private func all(_ snapshot: StoreSnapshot) throws(StoreError) -> [InstanceID] {
        var ids = Set(try snapshot.actualLRPs().map(\.key.id))
        for lrp in try snapshot.desiredLRPs() { ids.formUnion(lrp.keys.map(\.id)) }
        return ids.sorted()
    }

    /// What the indexes find, page by page.
    private func candidates(_ snapshot: StoreSnapshot, pageSize: Int) throws(StoreError) -> [InstanceID] {
        let flag = try snapshot.featureFlag(.diegoDocker)
        let domains = Set(try snapshot.freshDomains().map(\.name))
        let since = max(cellAppearedAt ?? startedAt, startedAt) + .nanoseconds(1)
        let refusal = AdmissionPolicy(flags: [flag]).refusal(of: RootFS("docker:///x"))
        let governed = refusal.map { CandidateSource.notRefused(placementError: $0.placementError) } ?? .refused
        var ids: Set<InstanceID> = []
        let sources: [CandidateSource] = [
            .displaced, .onLostCells, governed, .unwanted(in: domains), .missing, .due, .waiting(since: since),
            .outdated,
        ]
        for source in sources { ids.formUnion(try snapshot.all(source, pageSize: pageSize)) }
        return ids.sorted()
    }

    private func view(_ snapshot: StoreSnapshot, _ ids: [InstanceID]) throws(StoreError) -> ConvergenceSnapshot {
        let (desired, instances) = try snapshot.instances(ids)
        return ConvergenceSnapshot(
            now: snapshot.now,
            desired: desired,
            instances: instances,
            liveCells: try snapshot.liveCellIDs(),
            freshDomains: Set(try snapshot.freshDomains().map(\.name)),
            policy: AdmissionPolicy(flags: [try snapshot.featureFlag(.diegoDocker)]),
            cellAppearedAt: cellAppearedAt,
            startedAt: startedAt
        )
    }

    /// The plan from everything, and the one from what the indexes find.
    func plans() async throws -> (full: ConvergencePlan, found: ConvergencePlan, nextDue: Timestamp?) {
        let world = self
        return try await store.read { (snapshot) throws(StoreError) in
            let full = converge(try world.view(snapshot, try world.all(snapshot)))
            let found = converge(try world.view(snapshot, try world.candidates(snapshot, pageSize: 3)))
            return (full, found, try snapshot.nextDue(after: snapshot.now))
        }
    }
}

/// One random verb with its arguments.
private struct Choice {
    let verb: Int
    let key: ActualLRPKey
    let instance: ActualLRPInstanceKey
    let number: Int

    init(_ random: inout SplitMix64) {
        verb = Int.random(in: 0..<27, using: &random)
        let guid = ProcessGUID("app-\(Int.random(in: 0...2, using: &random))")
        let domain = DomainName(guid.rawValue == "app-2" ? "other" : "cf-apps")
        key = ActualLRPKey(processGUID: guid, index: Int.random(in: 0...3, using: &random), domain: domain)
        let cell = CellID("cell-\(Int.random(in: 0...2, using: &random))")
        let name = InstanceGUID("\(key)-\(Int.random(in: 0...2, using: &random))")
        instance = ActualLRPInstanceKey(instanceGUID: name, cellID: cell)
        number = Int.random(in: 0...4, using: &random)
    }

    func apply(to transaction: inout StoreTransaction) throws(StoreError) {
        switch verb {
        case 0, 1: try transaction.desire(desired)
        case 2: try transaction.update(key.processGUID, DesiredLRPUpdate(instances: number))
        case 3: try transaction.update(key.processGUID, DesiredLRPUpdate(metricTags: tags))
        case 4: try transaction.removeDesiredLRP(key.processGUID)
        case 5, 6, 7: try transaction.claim(key, by: holder(transaction))
        case 8, 9, 10: try transaction.start(key, started(by: holder(transaction)))
        case 11: try transaction.crash(key, holder(transaction), reason: "r\(number)")
        case 12: try transaction.fail(key, placementError: "p\(number)")
        case 13: try transaction.unclaim(key)
        case 14: try transaction.remove(key, number == 0 ? nil : holder(transaction))
        case 15: try transaction.removeRecord(key, presence: number == 0 ? .suspect : .ordinary)
        case 16, 17:
            try transaction.registerCell(
                presence(instance.cellID.rawValue),
                timeToLive: .seconds(15 * (1 + number)),
                session: "s\(number)"
            )
        case 18: try transaction.expireCells()
        case 19, 20: try transaction.suspect(key, lostCell: holder(transaction).cellID)
        case 21: try transaction.restore(key, returnedCell: suspected(transaction))
        case 22: try transaction.setFeatureFlag(.diegoDocker, enabled: number > 1, by: "test")
        case 23: try transaction.createMissing(key)
        case 24: try transaction.upsertDomain(key.domain, timeToLiveSeconds: UInt32(20 * (1 + number)))
        case 25: try transaction.evacuate(key)
        default: try decide(&transaction)
        }
    }

    private func decide(_ transaction: inout StoreTransaction) throws(StoreError) {
        switch number {
        case 0: try transaction.releaseBrake(by: "test")
        case 1: try transaction.learn(isDocker: true, of: key.id)
        default: try transaction.fail(key, placementError: AdmissionRefusal(flag: .diegoDocker).placementError)
        }
    }

    private var desired: DesiredLRP {
        var lrp = lrp(key.processGUID.rawValue, instances: number, rootFS: scheme)
        lrp.domain = key.domain
        lrp.metricTags = tags
        return lrp
    }

    private var scheme: String { number == 3 || key.processGUID.rawValue == "app-0" ? "docker:///x" : "preloaded:x" }
    private var tags: [String: MetricTagValue] { ["t": MetricTagValue(static: "\(number % 2)")] }

    private func started(by instance: ActualLRPInstanceKey) -> ActualLRPStart {
        var start = running(instance)
        start.metricTags = ["t": "\(number % 2)"]
        return start
    }

    /// Mostly who holds it, so that verbs succeed.
    private func holder(_ transaction: borrowing StoreTransaction) throws(StoreError) -> ActualLRPInstanceKey {
        guard number > 1 else { return instance }
        return try transaction.snapshot.actualLRPIfAny(key, .ordinary)?.instanceKey ?? instance
    }

    private func suspected(_ transaction: borrowing StoreTransaction) throws(StoreError) -> CellID {
        try transaction.snapshot.actualLRPIfAny(key, .suspect)?.instanceKey?.cellID ?? instance.cellID
    }
}

extension StoreTransaction {
    /// What a draining cell will ask for one day.
    fileprivate mutating func evacuate(_ key: ActualLRPKey) throws(StoreError) {
        guard let before = try snapshot.actualLRPIfAny(key, .ordinary), before.instanceKey != nil,
            try !snapshot.hasRow(key.id, .evacuating)
        else { return }
        var after = before
        after.change(presence: .evacuating)
        try move(after, from: .ordinary, desired: try snapshot.summary(of: key.processGUID))
        try noteMissing(key.id)
        try record([.actualLRPChanged(before: before, after: after)])
    }
}

extension StoreSnapshot {
    /// Every page of a source.
    func all(_ source: CandidateSource, pageSize: Int) throws(StoreError) -> [InstanceID] {
        var ids: [InstanceID] = []
        var cursor: CandidateCursor?
        repeat {
            let page = try candidates(source, after: cursor, limit: pageSize)
            ids += page.ids
            cursor = page.next
        } while cursor != nil
        return ids
    }

    /// What differs between what the store notes and what follows from its records, in words.
    fileprivate func faults() throws(StoreError) -> [String] {
        var faults: [String] = []
        let desired = try desiredLRPs()
        let wanted = Set(desired.flatMap { $0.keys.map(\.id) })
        let records = try actualLRPs()
        let missing = wanted.subtracting(records.lazy.filter { $0.presence == .ordinary }.map(\.key.id))
        let noted = try rows(Query("SELECT process_guid, instance_index FROM missing_lrps")) {
            (row) throws(SQLError) in InstanceID(ProcessGUID(try row.text(0)), try row.int(1))
        }
        if Set(noted) != missing { faults.append("missing \(noted), not \(missing)") }
        for lrp in records {
            let desired = desired.first { $0.processGUID == lrp.key.processGUID }
            let row = try markRow(lrp)
            let mark = try RowMark(lrp, desired: desired?.summary, rules: ConvergenceRules()) { desired }.values
            if [row[0]] + row[2...4] != [mark[0]] + mark[2...4] { faults.append("\(lrp) has \(row), not \(mark)") }
            if mark[1] != .null && row[1] != mark[1] { faults.append("\(lrp) has docker \(row[1])") }
            if mark[0] == .integer(1) && row[5] != .null { faults.append("\(lrp) is wanted and decided to stop") }
            let governed = row[1] == .integer(1) && lrp.state != .crashed ? mark[2] : .null
            if row[6] != governed { faults.append("\(lrp) has governed \(row[6])") }
            if let holder = lrp.instanceKey, try isGivenAway(holder) { faults.append("\(lrp) was given away") }
        }
        return faults
    }

    private func markRow(_ lrp: ActualLRP) throws(StoreError) -> [SQLValue] {
        let query = Query(
            """
            SELECT wanted, docker, refusal, due_ns, outdated, stop_decision, governed FROM actual_lrps
            WHERE process_guid = ? AND instance_index = ? AND presence = ?
            """,
            .text(lrp.key.processGUID.rawValue),
            .int(lrp.key.index),
            .int(lrp.presence.rawValue)
        )
        return try first(query) { (row) throws(SQLError) in
            [
                .optional(try row.optionalInt64(0)), .optional(try row.optionalInt64(1)),
                .optional(try row.optionalText(2)), .optional(try row.optionalInt64(3)),
                .optional(try row.optionalInt64(4)), .optional(try row.optionalInt64(5)),
                .optional(try row.optionalText(6)),
            ]
        } ?? []
    }
}

@Suite("Convergence finds by indexes what a full comparison finds")
struct ConvergenceIndexTests {
    @Test("after every random verb", arguments: UInt64(1)...40)
    func randomVerbs(seed: UInt64) async throws {
        var world = try World(seed: seed)
        for step in 1...250 {
            await world.step()
            var (full, found, nextDue) = try await world.plans()
            // Known from the index, or from the look at what no index knows a time of.
            let known = [nextDue, found.nextDue].compactMap(\.self).min()
            if let due = full.nextDue { #expect(known.map { $0 <= due } == true, "seed \(seed) step \(step)") }
            (full.nextDue, found.nextDue) = (nil, nil)
            try #require(found == full, "seed \(seed) step \(step)")
            let faults = try await world.store.read { (snapshot) throws(StoreError) in try snapshot.faults() }
            try #require(faults == [], "seed \(seed) step \(step)")
        }
    }
}
