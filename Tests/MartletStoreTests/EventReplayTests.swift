import MartletModels
import Testing

@testable import MartletStore

/// A copy of the store that has seen nothing but its events.
private struct Replay: Equatable {
    var desired: [ProcessGUID: DesiredLRP] = [:]
    /// By epoch, which is one row's own.
    var actual: [String: ActualLRP] = [:]
    var tasks: [TaskGUID: MartletTask] = [:]
    var flags: [FeatureFlagName: FeatureFlag] = [:]
    var cells: [CellID: CellPresence] = [:]

    mutating func apply(_ event: StoreEvent) {
        switch event {
        case .lrp(.desiredLRPCreated(let after)), .lrp(.desiredLRPChanged(_, let after)):
            desired[after.processGUID] = after
        case .lrp(.desiredLRPRemoved(let before)): desired[before.processGUID] = nil
        case .lrp(.actualLRPCreated(let after)): actual[after.modificationTag.epoch] = after
        case .lrp(.actualLRPChanged(let before, let after)):
            #expect(actual[before.modificationTag.epoch] == before)
            actual[after.modificationTag.epoch] = after
        case .lrp(.actualLRPRemoved(let before)):
            if actual[before.modificationTag.epoch] == before { actual[before.modificationTag.epoch] = nil }
        case .lrp(.actualLRPCrashed(let before, _)): #expect(actual[before.modificationTag.epoch] == before)
        case .task(.taskCreated(let after)): tasks[after.guid] = after
        case .task(.taskChanged(let before, let after)):
            #expect(tasks[before.guid] == before)
            tasks[after.guid] = after
        case .task(.taskRemoved(let before)):
            #expect(tasks[before.guid] == before)
            tasks[before.guid] = nil
        case .featureFlagChanged(_, let after, _): flags[after.name] = after
        case .cellAppeared(let cell): cells[cell.cellID] = cell
        case .cellDisappeared(let cell): cells[cell.cellID] = nil
        case .domainUpserted, .brakeApplied, .brakeReleased: break
        }
    }
}

/// A small generator whose sequence is a seed's own.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite("Events replay to the state")
struct EventReplayTests {
    private static func keyAndInstance(_ random: inout Seeded) -> (ActualLRPKey, ActualLRPInstanceKey) {
        let guid = ProcessGUID("app-\(Int.random(in: 0...1, using: &random))")
        let key = ActualLRPKey(processGUID: guid, index: Int.random(in: 0...2, using: &random), domain: domain)
        let cell = CellID("cell-\(Int.random(in: 0...2, using: &random))")
        let instance = InstanceGUID("\(key)-\(Int.random(in: 0...1, using: &random))")
        return (key, ActualLRPInstanceKey(instanceGUID: instance, cellID: cell))
    }

    /// One random verb; whether it is refused does not matter.
    private static func step(_ random: inout Seeded, on transaction: inout StoreTransaction) throws(StoreError) {
        let (key, instance) = keyAndInstance(&random)
        let number = Int.random(in: 0...3, using: &random)
        switch Int.random(in: 0..<17, using: &random) {
        case 0:
            let scheme = key.processGUID.rawValue.hasSuffix("0") ? "docker:///busybox" : "preloaded:base"
            try transaction.desire(lrp(key.processGUID.rawValue, instances: number, rootFS: scheme))
        case 1: try transaction.update(key.processGUID, DesiredLRPUpdate(instances: number))
        case 2: try transaction.removeDesiredLRP(key.processGUID)
        case 3, 4: try transaction.claim(key, by: instance)
        case 5, 6, 7: try transaction.start(key, running(instance, port: UInt32(61_000 + number)))
        case 8: try transaction.crash(key, instance, reason: "r\(number)")
        case 9: try transaction.fail(key, placementError: "p\(number)")
        case 10: try transaction.unclaim(key)
        case 11: try transaction.remove(key, number == 0 ? nil : instance)
        case 12: try transaction.suspect(key, lostCell: instance.cellID)
        case 13: try transaction.restore(key, returnedCell: instance.cellID)
        case 14: try transaction.setFeatureFlag(.diegoDocker, enabled: number > 0, by: "test")
        case 15: try transaction.createMissing(key)
        default:
            try transaction.registerCell(
                presence(instance.cellID.rawValue, containers: 1 + number),
                timeToLive: .seconds(15),
                session: "s\(number)"
            )
        }
    }

    @Test("random verbs keep the rules, and their events lead to the same state", arguments: UInt64(1)...20)
    func randomVerbs(seed: UInt64) async throws {
        let time = TestTime()
        let store = try Store.open(path: ":memory:", TestStore.configuration(time))
        var random = Seeded(state: seed)
        for _ in 0..<150 {
            let turn = random
            _ = random.next()
            try? await store.write { (transaction) throws(StoreError) in
                var random = turn
                try Self.step(&random, on: &transaction)
            }
            time.advance(by: .seconds(7))
        }
        let events = try await store.events(after: 0, limit: 10_000)
        #expect(events.map(\.number) == (events.isEmpty ? [] : Array(1...Int64(events.count))))
        var replay = Replay()
        for event in events { replay.apply(event.event) }
        let actual = try await store.actualLRPs()
        #expect(Set(replay.actual.values) == Set(actual))
        #expect(Set(replay.desired.values) == Set(try await store.desiredLRPs()))
        #expect(Set(actual.map { "\($0.key) \($0.presence)" }).count == actual.count)
        #expect(actual.allSatisfy { $0.presence != .suspect || $0.instanceKey != nil })
        #expect(replay.flags[.diegoDocker]?.enabled ?? false == (try await store.featureFlag(.diegoDocker).enabled))
    }
}
