import MartletModels
import Testing

@testable import MartletStore

@Suite("Verbs of desired LRPs")
struct StoreTransactionDesiredLRPsTests {
    private func indices(_ lrps: [ActualLRP]) -> [Int] { lrps.map(\.key.index) }

    @Test("desire writes the record with a new tag and one unclaimed instance per index")
    func desire() async throws {
        let test = try TestStore()
        let outcome = try await test.store.desire(lrp(instances: 2))
        var expected = lrp(instances: 2)
        expected.modificationTag = ModificationTag(epoch: "e1")
        let keys = expected.keys
        #expect(outcome == DesiredLRPOutcome(change: Change(before: nil, after: expected), created: keys, toStop: []))
        #expect(try await test.store.desiredLRP(app) == expected)
        let instances = [
            ActualLRP(unclaimed: keys[0], at: test.time.now, epoch: "e2"),
            ActualLRP(unclaimed: keys[1], at: test.time.now, epoch: "e3"),
        ]
        #expect(try await test.store.actualLRPs() == instances)
        #expect(
            try await test.store.events(after: 0).map(\.event) == [
                .lrp(.desiredLRPCreated(expected)), .lrp(.actualLRPCreated(instances[0])),
                .lrp(.actualLRPCreated(instances[1])),
            ]
        )
    }

    @Test("what exists already, or is not valid, is refused")
    func refused() async throws {
        let test = try TestStore()
        try await test.store.desire(lrp())
        await #expect(throws: StoreError.alreadyExists("desired LRP app")) { try await test.store.desire(lrp()) }
        var invalid = lrp("b")
        invalid.metricTags = [:]
        let wanted = invalid
        await #expect(throws: StoreError.invalid(ValidationError(invalid: "metric_tags"))) {
            try await test.store.desire(wanted)
        }
        await #expect(throws: StoreError.notFound("desired LRP c")) {
            try await test.store.update(ProcessGUID("c"), DesiredLRPUpdate(instances: 1))
        }
        await #expect(throws: StoreError.notFound("desired LRP c")) {
            try await test.store.removeDesiredLRP(ProcessGUID("c"))
        }
        #expect(try await test.store.lastEventNumber() == 2)
    }

    @Test("scaling up creates the new indices and counts as one modification")
    func scaleUp() async throws {
        let test = try TestStore()
        try await test.store.desire(lrp(instances: 1))
        let outcome = try await test.store.update(app, DesiredLRPUpdate(instances: 3))
        #expect(outcome.created.map(\.index) == [1, 2] && outcome.toStop.isEmpty)
        #expect(outcome.change.after?.modificationTag == ModificationTag(epoch: "e1", index: 1))
        #expect(indices(try await test.store.actualLRPs()) == [0, 1, 2])
    }

    @Test("scaling down deletes what no cell holds and hands back what one does")
    func scaleDown() async throws {
        let test = try TestStore()
        let keys = lrp(instances: 4).keys
        try await test.store.desire(lrp(instances: 4))
        try await test.store.claim(keys[1], by: mine)
        try await test.store.start(keys[2], running(other))
        let outcome = try await test.store.update(app, DesiredLRPUpdate(instances: 1))
        #expect(outcome.toStop.map(\.instanceKey) == [mine, other])
        #expect(indices(try await test.store.actualLRPs()) == [0, 1, 2])
    }

    @Test("an update without a number leaves the instances alone")
    func updateOther() async throws {
        let test = try TestStore()
        try await test.store.desire(lrp(instances: 1))
        try await test.store.removeRecord(key)
        let outcome = try await test.store.update(app, DesiredLRPUpdate(annotation: "new"))
        #expect(outcome.change.after?.annotation == "new" && outcome.created.isEmpty)
        #expect(try await test.store.actualLRPs().isEmpty)
    }

    @Test("remove deletes the record and what no cell holds, and hands back the rest, suspects too")
    func remove() async throws {
        let test = try TestStore()
        let keys = lrp(instances: 3).keys
        try await test.store.desire(lrp(instances: 3))
        try await test.store.start(keys[1], running(mine))
        try await test.store.start(keys[2], running(other))
        try await test.store.suspect(keys[2], lostCell: other.cellID)
        let outcome = try await test.store.removeDesiredLRP(app)
        #expect(outcome.toStop.map(\.presence) == [.ordinary, .suspect])
        #expect(try await test.store.actualLRPs() == outcome.toStop)
        #expect(try await test.store.desiredLRPs().isEmpty)
    }

    @Test("filters restrict, and stored bytes are those of the records")
    func filters() async throws {
        let test = try TestStore()
        for guid in ["a-1", "a-2", "b-1"] { try await test.store.desire(lrp(guid)) }
        func guids(_ filter: DesiredLRPFilter) async throws -> [String] {
            try await test.store.desiredLRPs(filter).map(\.processGUID.rawValue)
        }
        #expect(try await guids(DesiredLRPFilter()) == ["a-1", "a-2", "b-1"])
        #expect(try await guids(DesiredLRPFilter(domain: DomainName("none"))) == [])
        #expect(
            try await guids(DesiredLRPFilter(processGUIDs: [ProcessGUID("b-1"), ProcessGUID("\"\\\u{1}")])) == ["b-1"]
        )
        #expect(try await guids(DesiredLRPFilter(domain: domain, appGUIDs: ["a", "c"])) == ["a-1", "a-2"])
        let messages = try await test.store.desiredLRPMessages()
        #expect(try messages.map(RecordCoding.desiredLRP) == (try await test.store.desiredLRPs()))
        let actual = try await test.store.actualLRPs(
            ActualLRPFilter(domain: domain, processGUIDs: [ProcessGUID("a-2")], index: 0)
        )
        #expect(actual.map(\.key.processGUID.rawValue) == ["a-2"])
        #expect(try await test.store.actualLRPs(ActualLRPFilter(cellID: mine.cellID)).isEmpty)
    }
}
