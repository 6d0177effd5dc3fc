import MartletConvergence
import MartletModels
import MartletSQL
import Testing

@testable import MartletSQL
@testable import MartletStore

@Suite("Candidates")
struct StoreSnapshotCandidatesTests {
    private let refusal = AdmissionRefusal(flag: .diegoDocker).placementError

    private func id(_ guid: String, _ index: Int = 0) -> InstanceID { InstanceID(ProcessGUID(guid), index) }

    private func key(_ guid: String, _ index: Int = 0) -> ActualLRPKey {
        ActualLRPKey(processGUID: ProcessGUID(guid), index: index, domain: domain)
    }

    private func holder(_ guid: String, _ index: Int, _ cell: String) -> ActualLRPInstanceKey {
        ActualLRPInstanceKey(instanceGUID: InstanceGUID("\(guid)-\(index)"), cellID: CellID(cell))
    }

    private func find(_ test: TestStore, _ source: CandidateSource, pageSize: Int = 2) async throws -> [String] {
        try await test.store.read { (snapshot) throws(StoreError) in
            try snapshot.all(source, pageSize: pageSize).map(\.description)
        }
    }

    /// Three instances of `a`, of which the first runs on `cell-1`, which is alive, and the second on `cell-2`, which
    /// is not.
    private func cluster() async throws -> TestStore {
        let test = try TestStore()
        try await test.store.registerCell(presence("cell-1"), timeToLive: .seconds(60), session: "s")
        try await test.store.setFeatureFlag(.diegoDocker, enabled: true, by: "test")
        try await test.store.desire(lrp("a", instances: 3, rootFS: "docker:///x"))
        for (index, cell) in [(0, "cell-1"), (1, "cell-2")] {
            var start = running(holder("a", index, cell))
            start.metricTags = ["source_id": "a"]
            try await test.store.start(key("a", index), start)
        }
        return test
    }

    @Test("while all is well nothing is found")
    func quiet() async throws {
        let test = try await cluster()
        try await test.store.remove(key("a", 1), nil)
        try await test.store.update(ProcessGUID("a"), DesiredLRPUpdate(instances: 1))
        for source: CandidateSource in [
            .displaced, .onLostCells, .refused, .unwanted(in: [domain]), .missing, .due,
            .waiting(since: test.time.now + .seconds(1)), .outdated, .process(ProcessGUID("a")),
        ] {
            #expect(try await find(test, source) == [], "\(source)")
        }
    }

    @Test("lost cells are those that nobody knows, or whose presence has run out, noticed or not")
    func lostCells() async throws {
        let test = try await cluster()
        #expect(try await find(test, .onLostCells) == ["a/1"])
        test.time.advance(by: .seconds(60))
        #expect(try await find(test, .onLostCells) == ["a/0", "a/1"])
        try await test.store.suspect(key("a", 1), lostCell: CellID("cell-2"))
        #expect(try await find(test, .onLostCells) == ["a/0"])
        #expect(try await find(test, .displaced) == ["a/1"])
        #expect(try await find(test, .cell(CellID("cell-2"))) == ["a/1"])
    }

    @Test("what the flag governs is found until it carries the newest refusal")
    func governed() async throws {
        let test = try await cluster()
        #expect(try await find(test, .notRefused(placementError: refusal)) == ["a/0", "a/1", "a/2"])
        try await test.store.fail(key("a", 2), placementError: refusal)
        #expect(try await find(test, .notRefused(placementError: refusal)) == ["a/0", "a/1"])
        #expect(try await find(test, .refused) == ["a/2"])
        #expect(try await find(test, .notRefused(placementError: refusal + ": text")) == ["a/0", "a/1", "a/2"])
    }

    @Test("what waits is found when it is due, and when a newer cell may take it")
    func waiting() async throws {
        let test = try await cluster()
        let now = test.time.now
        #expect(try await find(test, .due) == [])
        #expect(try await find(test, .waiting(since: now)) == [])
        #expect(try await find(test, .waiting(since: now + .nanoseconds(1))) == ["a/2"])
        let times = try await test.store.read { (snapshot) throws(StoreError) in
            [try snapshot.nextDue(after: now), try snapshot.nextDue(after: now + .seconds(30))]
        }
        #expect(times == [now + .seconds(30), nil])
        test.time.advance(by: .seconds(30))
        #expect(try await find(test, .due) == ["a/2"])
        try await test.store.fail(key("a", 2), placementError: refusal)
        #expect(try await find(test, .due) == [])
    }

    @Test("what nobody wants is found in fresh domains, and anywhere when somebody decided it")
    func unwanted() async throws {
        let test = try await cluster()
        try await test.store.start(key("x"), running(holder("x", 0, "cell-1")))
        #expect(try await find(test, .unwanted(in: [])) == [])
        #expect(try await find(test, .unwanted(in: [domain, DomainName("other")])) == ["x/0"])
        try await test.store.removeDesiredLRP(ProcessGUID("a"))
        #expect(try await find(test, .unwanted(in: [])) == ["a/0", "a/1"])
        #expect(try await find(test, .unwanted(in: [domain])) == ["a/0", "a/1", "x/0"])
        #expect(try await find(test, .process(ProcessGUID("a"))) == ["a/0", "a/1"])
    }

    @Test("an update is found until the cell has told that it knows")
    func outdated() async throws {
        let test = try await cluster()
        let guid = ProcessGUID("a")
        try await test.store.update(guid, DesiredLRPUpdate(metricTags: ["t": MetricTagValue(static: "new")]))
        #expect(try await find(test, .outdated) == ["a/0", "a/1"])
        var start = running(holder("a", 0, "cell-1"))
        start.metricTags = ["t": "new"]
        try await test.store.start(key("a", 0), start)
        #expect(try await find(test, .outdated) == ["a/1"])
        #expect(try await find(test, .process(guid)) == ["a/1", "a/2"])
    }

    @Test("missing instances are found, one by one or by process")
    func missing() async throws {
        let test = try await cluster()
        for index in 0..<3 { try await test.store.removeRecord(key("a", index)) }
        #expect(try await find(test, .missing) == ["a/0", "a/1", "a/2"])
        #expect(try await find(test, .process(ProcessGUID("a")), pageSize: 1) == ["a/0", "a/1", "a/2"])
        #expect(try await find(test, .process(ProcessGUID("b"))) == [])
        #expect(try await find(test, .instances([id("b", 7)])) == ["b/7"])
        let many = (0..<5).map { id("b", $0) }
        #expect(try await find(test, .instances(many), pageSize: 2) == many.map(\.description))
        try await test.store.createMissing(key("a", 1))
        try await test.store.update(ProcessGUID("a"), DesiredLRPUpdate(instances: 2))
        #expect(try await find(test, .missing) == ["a/0"])
    }

    @Test("pages of any size give every record once, in order")
    func pages() async throws {
        let test = try TestStore()
        try await test.store.desire(lrp("a", instances: 7))
        try await test.store.desire(lrp("b", instances: 5))
        test.time.advance(by: .seconds(60))
        let all = try await find(test, .due, pageSize: 100)
        #expect(all.count == 12)
        for size in 1...13 { #expect(try await find(test, .due, pageSize: size) == all) }
    }

    @Test("no statement of convergence or of a verb reads a whole table or sorts")
    func plans() async throws {
        let test = try await cluster()
        let guid = ProcessGUID("a")
        let sources: [CandidateSource] = [
            .displaced, .onLostCells, .notRefused(placementError: refusal), .refused, .unwanted(in: [domain]),
            .missing, .due, .waiting(since: test.time.now), .outdated, .process(guid), .cell(CellID("cell-1")),
        ]
        let (one, mine) = (key("a", 0), holder("a", 0, "cell-1"))
        let plans = try await test.store.write { (transaction) throws(StoreError) in
            _ = transaction.attempt { (transaction) throws(StoreError) in try transaction.claim(one, by: mine) }
            try transaction.crash(one, mine, reason: "")
            try transaction.fail(one, placementError: "")
            try transaction.claim(one, by: mine)
            try transaction.suspect(one, lostCell: CellID("cell-1"))
            try transaction.restore(one, returnedCell: CellID("cell-1"))
            try transaction.unclaim(one)
            try transaction.removeRecord(one)
            try transaction.createMissing(one)
            try transaction.update(guid, DesiredLRPUpdate(instances: 1))
            try transaction.learn(isDocker: true, of: one.id)
            try transaction.releaseBrake(by: "test")
            try transaction.expireCells()
            try transaction.keepCycle(number: 1, startedAt: transaction.now, record: [])
            let snapshot = transaction.snapshot
            for source in sources { _ = try snapshot.candidates(source, limit: 10) }
            _ = try snapshot.instances([one.id])
            _ = try snapshot.instances(of: guid)
            _ = try snapshot.processes(named: "nobody", limit: 2)
            _ = try snapshot.liveCellIDs()
            _ = try snapshot.nextDue(after: snapshot.now)
            _ = try snapshot.nextPresenceExpiry()
            _ = try snapshot.undecidedStops(in: [domain], atLeast: 0)
            _ = try snapshot.unknownRootFS(limit: 1)
            _ = try snapshot.cycles(after: 0, limit: 1)
            _ = try snapshot.cycles(newest: 1)
            return try snapshot.plans()
        }
        #expect(plans.count > 50)
        for (sql, plan) in plans {
            let bad = plan.filter { $0.contains("TEMP B-TREE") || ($0.hasPrefix("SCAN") && !isSmall($0)) }
            #expect(bad == [], "\(sql)")
        }
    }

    /// The cells that hold something, groups of what such a search has found, nothing at all, and indexes that are
    /// empty while all is well.
    private func isSmall(_ scan: String) -> Bool {
        ["SCAN holders", "SCAN CONSTANT ROW", "SCAN (subquery-1)"].contains(scan)
            || ["unmarked", "unknown", "undecided"].contains { scan.hasSuffix("INDEX actual_lrps_\($0)") }
    }
}

extension StoreSnapshot {
    /// How SQLite carries out each statement that this connection has used.
    fileprivate func plans() throws(StoreError) -> [(sql: String, plan: [String])] {
        var plans: [(sql: String, plan: [String])] = []
        for sql in connection.preparedSQL.sorted() where sql.contains("FROM") || sql.contains("UPDATE") {
            let values = Array(repeating: SQLValue.null, count: parameterCount(sql))
            let plan = try rows(Query("EXPLAIN QUERY PLAN " + sql, values)) { (row) throws(SQLError) in try row.text(3)
            }
            plans.append((sql, plan))
        }
        return plans
    }

    /// Parameters are all numbered, or none is.
    private func parameterCount(_ sql: String) -> Int {
        let numbers = sql.split(separator: "?").dropFirst().compactMap { Int($0.prefix { $0.isNumber }) }
        return numbers.max() ?? sql.count { $0 == "?" }
    }
}
