import MartletConvergence
import MartletModels
import Testing

@testable import MartletStore

@Suite("Decisions to stop")
struct StoreTransactionDecisionsTests {
    private func records(_ test: TestStore) async throws -> [InstanceRecords] {
        try await test.store.read { (snapshot) throws(StoreError) in try snapshot.instances(of: app).instances }
    }

    private func runAll(_ test: TestStore, _ count: Int) async throws {
        for index in 0..<count {
            let key = ActualLRPKey(processGUID: app, index: index, domain: domain)
            let instance = ActualLRPInstanceKey(instanceGUID: InstanceGUID("i-\(index)"), cellID: CellID("cell-1"))
            try await test.store.start(key, running(instance))
        }
    }

    @Test("an update to fewer instances and a removal are decisions; being wanted again takes them back")
    func decided() async throws {
        let test = try TestStore()
        try await test.store.desire(lrp(instances: 3))
        try await runAll(test, 3)
        try await test.store.update(app, DesiredLRPUpdate(instances: 2))
        let fewer = try await test.store.lastEventNumber()
        #expect(try await records(test).map(\.stopDecision) == [nil, nil, fewer])
        try await test.store.update(app, DesiredLRPUpdate(instances: 3))
        #expect(try await records(test).map(\.stopDecision) == [nil, nil, nil])
        try await test.store.removeDesiredLRP(app)
        let removed = try await test.store.lastEventNumber()
        #expect(try await records(test).map(\.stopDecision) == [removed, removed, removed])
        #expect(try await records(test).map(\.isDocker) == [false, false, false])
        try await test.store.desire(lrp(instances: 1))
        #expect(try await records(test).map(\.stopDecision) == [nil, removed, removed])
    }

    @Test("a replacement of an instance that is to stop is to stop too")
    func inherited() async throws {
        let test = try TestStore()
        try await test.store.desire(lrp(rootFS: "docker:///x"))
        try await test.store.setFeatureFlag(.diegoDocker, enabled: true, by: "test")
        try await runAll(test, 1)
        try await test.store.removeDesiredLRP(app)
        let removed = try await test.store.lastEventNumber()
        try await test.store.suspect(key, lostCell: mine.cellID)
        try await test.store.start(key, running(other))
        #expect(try await records(test).map(\.stopDecision) == [removed])
        #expect(try await records(test).map(\.isDocker) == [true])
    }

    @Test("releasing the brake decides what nobody had decided, once, on record")
    func release() async throws {
        let test = try TestStore()
        try await test.store.upsertDomain(domain, timeToLiveSeconds: 0)
        try await runAll(test, 3)
        let elsewhere = ActualLRPKey(processGUID: app, index: 9, domain: DomainName("not-fresh"))
        try await test.store.start(elsewhere, running(other))
        let counts = try await test.store.read { (snapshot) throws(StoreError) in
            (
                try snapshot.undecidedStops(in: [domain], atLeast: 3)?.stops,
                try snapshot.undecidedStops(in: [domain], atLeast: 3)?.running,
                try snapshot.undecidedStops(in: [domain], atLeast: 4)?.stops,
                try snapshot.undecidedStops(in: [], atLeast: 0)?.stops
            )
        }
        #expect(counts == (3, 4, nil, nil))
        #expect(try await test.store.releaseBrake(by: "alice") == 3)
        let last = try await test.store.lastEventNumber()
        #expect(
            try await test.store.events(after: last - 1).map(\.event) == [.brakeReleased(by: "alice", instances: 3)]
        )
        // What the brake did not hold back, because its domain is not fresh, is not decided.
        #expect(try await records(test).map(\.stopDecision) == [last, last, last, nil])
        #expect(try await test.store.releaseBrake(by: "alice") == 0)
    }

    @Test("desired state that vanishes behind the store's back is no decision: the brake sees it, and can be released")
    func vanished() async throws {
        let test = try TestStore()
        try await test.store.upsertDomain(domain, timeToLiveSeconds: 0)
        try await test.store.desire(lrp(instances: 4))
        try await runAll(test, 3)
        try await test.store.write { (transaction) throws(StoreError) in
            _ = try transaction.run("DELETE FROM desired_lrps")
        }
        let stops = try await test.store.read { (snapshot) throws(StoreError) in
            try snapshot.undecidedStops(in: [domain], atLeast: 3)?.stops
        }
        #expect(stops == 3)
        let found = try await test.store.read { (snapshot) throws(StoreError) in
            (
                try snapshot.candidates(.unwanted(in: [domain]), limit: 10).ids.count,
                try snapshot.candidates(.missing, limit: 10).ids.count
            )
        }
        #expect(found == (4, 0))
        #expect(try await test.store.releaseBrake(by: "alice") == 3)
    }

    @Test("a brake that goes on is on record")
    func applied() async throws {
        let test = try TestStore()
        try await test.store.write { (transaction) throws(StoreError) in
            try transaction.recordBrake(BrakeReport(stops: 30, running: 40))
        }
        #expect(try await test.store.events(after: 0).map(\.event) == [.brakeApplied(stops: 30, running: 40)])
    }

    @Test("what nobody desired is unknown until a cell tells")
    func unknown() async throws {
        let test = try TestStore()
        try await runAll(test, 2)
        let holder = ActualLRPInstanceKey(instanceGUID: InstanceGUID("i-1"), cellID: CellID("cell-1"))
        let learned = try await test.store.write { (transaction) throws(StoreError) in
            [
                try transaction.learn(isDocker: true, of: InstanceID(app, 0)),
                try transaction.learn(isDocker: false, of: InstanceID(app, 0)),
                try transaction.learn(isDocker: true, of: InstanceID(app, 7)),
            ]
        }
        #expect(learned == [true, false, false])
        let left = try await test.store.read { (snapshot) throws(StoreError) in try snapshot.unknownRootFS(limit: 10) }
        #expect(left.map(\.id) == [InstanceID(app, 1)] && left.map(\.holder) == [holder])
        #expect(try await records(test).map(\.isDocker) == [true, nil])
    }
}
