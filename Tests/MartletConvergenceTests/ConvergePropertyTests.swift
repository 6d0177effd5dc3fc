import MartletConvergence
import MartletModels
import MartletTestSupport
import Testing

/// A cluster in any state at all, drawn from a seed.
struct RandomCluster {
    var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func snapshot() -> ConvergenceSnapshot {
        let now = Timestamp.epoch + .seconds(10_000)
        let desired = (0..<Int.random(in: 0...5, using: &random)).map { number in
            DesiredLRP.fixture(
                "app-\(number)",
                instances: Int.random(in: 0...4, using: &random),
                rootFS: random.pick(["docker:///a/b", "preloaded:stack"]),
                domain: random.pick(["apps", "stale"])
            )
        }
        let actual = (0..<8).flatMap { number in (0..<5).flatMap { records(.fixture("app-\(number)", $0), now) } }
        let flag = FeatureFlag(name: .diegoDocker, enabled: Bool.random(using: &random))
        let cells = Set(["a", "b", "c"].filter { _ in !random.once(in: 3) }.map { CellID($0) })
        var snapshot = ConvergenceSnapshot.fixture(
            desired,
            actual.map { moved($0, to: desired) },
            cells: cells,
            flag: flag
        )
        snapshot.now = now
        for index in snapshot.instances.indices {
            snapshot.instances[index].isDocker = random.pick([true, false, nil])
            if random.once(in: 4) { snapshot.instances[index].stopDecision = 3 }
            snapshot.instances[index].isOutdated = random.once(in: 9)
        }
        if random.once(in: 2) { snapshot.brake(Brake(share: 0.3, minimum: 3)) }
        return snapshot
    }

    /// Records have the domain of their desired LRP.
    private func moved(_ record: ActualLRP, to desired: [DesiredLRP]) -> ActualLRP {
        guard let info = desired.first(where: { $0.processGUID == record.key.processGUID }) else { return record }
        let key = ActualLRPKey(processGUID: info.processGUID, index: record.key.index, domain: info.domain)
        return .fixture(
            key,
            record.state,
            presence: record.presence,
            since: record.since,
            crashCount: record.crashCount,
            placementError: record.placementError
        )
    }

    private mutating func records(_ key: ActualLRPKey, _ now: Timestamp) -> [ActualLRP] {
        var records: [ActualLRP] = []
        if !random.once(in: 3) { records.append(record(key, .ordinary, state(key, held: false), now)) }
        if random.once(in: 5) { records.append(record(key, .suspect, state(key, held: true), now)) }
        if random.once(in: 6) { records.append(record(key, .evacuating, state(key, held: true), now)) }
        return records
    }

    private mutating func record(
        _ key: ActualLRPKey,
        _ presence: ActualLRP.Presence,
        _ state: ActualLRP.State,
        _ now: Timestamp
    ) -> ActualLRP {
        .fixture(
            key,
            state,
            presence: presence,
            since: now.advanced(by: .zero - .seconds(Int.random(in: 1...2_000, using: &random))),
            crashCount: state == .crashed ? Int.random(in: 3...9, using: &random) : 0,
            placementError: random.pick([
                "", "insufficient resources", AdmissionRefusal(flag: .diegoDocker).placementError,
            ])
        )
    }

    private mutating func state(_ key: ActualLRPKey, held: Bool) -> ActualLRP.State {
        let cell = random.pick(["a", "b", "c", "lost"])
        let instance = "\(key)-\(random.next() % 1_000)"
        let holding: [ActualLRP.State] = [
            .claimed(on: cell, instance: instance), .running(on: cell, instance: instance),
        ]
        return random.pick(held ? holding : holding + [.unclaimed, .crashed])
    }
}

extension ConvergenceSnapshot {
    /// The store after the plan was applied, and every cell has confirmed what it was asked to stop.
    func applying(_ plan: ConvergencePlan) -> ConvergenceSnapshot {
        var after = self
        var records = Dictionary(uniqueKeysWithValues: actual.map { (RecordID($0), $0) })
        for key in plan.removeEvacuating { records[RecordID(key, .evacuating)] = nil }
        for retired in plan.stopEvacuating { records[RecordID(retired.key, .evacuating)] = nil }
        for key in plan.removeSuspect { records[RecordID(key, .suspect)] = nil }
        for retired in plan.retire { records[RecordID(retired.key, .ordinary)] = nil }
        for key in plan.unsuspect { records.move(key, .suspect, to: .ordinary) }
        for key in plan.suspect + plan.suspectRefused.map(\.key) { records.move(key, .ordinary, to: .suspect) }
        for key in plan.create + plan.createRefused.map(\.key) + plan.suspect + plan.suspectRefused.map(\.key) {
            records[RecordID(key, .ordinary)] = ActualLRP(unclaimed: key, at: now, epoch: "new")
        }
        for key in plan.restart + plan.unclaim { try? records[RecordID(key, .ordinary)]?.unclaim(at: now) }
        for refused in plan.refuse + plan.createRefused + plan.suspectRefused {
            try? records[RecordID(refused.key, .ordinary)]?.fail(refused.placementError, at: now)
        }
        for key in plan.auctionRequests { after.asked[key] = now }
        for key in plan.update {
            guard let index = after.instances.firstIndex(where: { $0.id == key.id }) else { continue }
            after.instances[index].isOutdated = false
        }
        after.fill(Array(records.values))
        return after
    }
}

private struct RecordID: Hashable {
    let process: ProcessGUID
    let index: Int
    let presence: ActualLRP.Presence

    init(_ record: ActualLRP) { self.init(record.key, record.presence) }
    init(_ key: ActualLRPKey, _ presence: ActualLRP.Presence) {
        (process, index, self.presence) = (key.processGUID, key.index, presence)
    }
}

extension [RecordID: ActualLRP] {
    fileprivate mutating func move(_ key: ActualLRPKey, _ from: ActualLRP.Presence, to presence: ActualLRP.Presence) {
        var record = removeValue(forKey: RecordID(key, from))
        record?.change(presence: presence)
        self[RecordID(key, presence)] = record
    }
}

@Suite("Properties of convergence")
struct ConvergePropertyTests {
    @Test("a plan has no contradictions", arguments: UInt64(1)...200)
    func sound(seed: UInt64) {
        var cluster = RandomCluster(seed: seed)
        let snapshot = cluster.snapshot()
        #expect(PlanChecker(snapshot).contradictions(in: converge(snapshot)) == [])
    }

    @Test("after a few passes nothing is left but what the brake holds", arguments: UInt64(1)...200)
    func settles(seed: UInt64) {
        var cluster = RandomCluster(seed: seed)
        let first = cluster.snapshot()
        let second = first.applying(converge(first))
        // What comes back in the first pass is judged by the second, what that one stops is missing in the third.
        let third = second.applying(converge(second))
        let fourth = third.applying(converge(third))
        var rest = converge(fourth)
        rest.withheld = []
        #expect(rest.isEmpty, "\(rest)")
    }

    @Test("the same snapshot in another order gives the same plan", arguments: UInt64(1)...50)
    func deterministic(seed: UInt64) {
        var cluster = RandomCluster(seed: seed)
        let snapshot = cluster.snapshot()
        var shuffled = snapshot
        shuffled.instances.shuffle(using: &cluster.random)
        #expect(converge(shuffled) == converge(snapshot))
    }

    @Test("the flag never retires what is preloaded, and nothing refused is auctioned", arguments: UInt64(1)...200)
    func flag(seed: UInt64) {
        var cluster = RandomCluster(seed: seed)
        var snapshot = cluster.snapshot()
        snapshot.policy = AdmissionPolicy(flags: [FeatureFlag(name: .diegoDocker, enabled: false)])
        let plan = converge(snapshot)
        let preloaded = Set(snapshot.desired.values.filter { !$0.isDocker }.map(\.processGUID))
        for retired in plan.retire + plan.stopEvacuating where retired.reason == .flag(.diegoDocker) {
            #expect(!preloaded.contains(retired.key.processGUID))
        }
        #expect(plan.auctionRequests.allSatisfy { preloaded.contains($0.processGUID) })
        let touched = plan.refuse + plan.createRefused + plan.suspectRefused
        #expect(touched.allSatisfy { !preloaded.contains($0.key.processGUID) })
    }

    @Test("the plan for all is the sum of the plans for each", arguments: UInt64(1)...100)
    func sum(seed: UInt64) {
        var cluster = RandomCluster(seed: seed)
        let snapshot = cluster.snapshot()
        let parts = snapshot.instances.flatMap { records in
            var one = snapshot
            one.instances = [records]
            return converge(one).items
        }
        #expect(Set(parts) == Set(converge(snapshot).items))
        #expect(parts.count == converge(snapshot).items.count)
    }

    @Test("a pass is due by the time that was said, and not before", arguments: UInt64(1)...100)
    func wakes(seed: UInt64) throws {
        var cluster = RandomCluster(seed: seed)
        var snapshot = cluster.snapshot()
        snapshot.brake = nil
        for _ in 0..<4 { snapshot = snapshot.applying(converge(snapshot)) }
        guard let wake = converge(snapshot).nextDue else { return }
        #expect(wake > snapshot.now)
        var before = snapshot
        before.now = Timestamp(nanoseconds: wake.nanoseconds - 1)
        #expect(converge(before).isEmpty)
        before.now = wake
        #expect(!converge(before).isEmpty)
    }
}
