import MartletConvergence
import MartletModels
import MartletTestSupport
import Testing

@Suite("The brake")
struct BrakeTests {
    private func running(_ count: Int, _ guid: String = "gone") -> [ActualLRP] {
        (0..<count).map { .fixture(.fixture(guid, $0), .running(on: "a", instance: "\(guid)-\($0)")) }
    }

    @Test(
        "a pass that would stop too much stops nothing, and says why",
        arguments: [(9, 9, false), (10, 10, true), (10, 20, false), (11, 20, true), (40, 100, false)]
    )
    func brakes(undesired: Int, all: Int, braked: Bool) {
        let kept = all - undesired
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("kept", instances: kept)],
            running(undesired) + running(kept, "kept")
        )
        let plan = converge(snapshot)
        #expect(plan.braked == (braked ? BrakeReport(stops: undesired, running: all) : nil))
        #expect(plan.retire.count == (braked ? 0 : undesired))
        #expect(plan.withheld.count == (braked ? undesired : 0))
    }

    @Test("a removal on record is a decision, and so is the flag")
    func decided() {
        var snapshot = ConvergenceSnapshot.fixture([], running(30))
        snapshot.removalsOnRecord = ["gone"]
        #expect(converge(snapshot).braked == nil)
        #expect(converge(snapshot).retire.count == 30)
        let flag = FeatureFlag(name: .diegoDocker, enabled: false)
        let off = ConvergenceSnapshot.fixture([.fixture("gone", instances: 30)], running(30), flag: flag)
        #expect(converge(off).braked == nil)
        #expect(converge(off).retire.count == 30)
    }

    @Test("what an operator decided is stopped even while the brake is on")
    func both() {
        let flag = FeatureFlag(name: .diegoDocker, enabled: false)
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app", instances: 5)],
            running(20) + running(5, "app"),
            flag: flag
        )
        let plan = converge(snapshot)
        #expect(plan.braked == BrakeReport(stops: 20, running: 25))
        #expect(plan.retire.map(\.key.processGUID) == Array(repeating: "app", count: 5))
    }

    @Test("records that nobody holds and scaling on record are no stops")
    func notStops() {
        var desired = DesiredLRP.fixture("app", instances: 20)
        desired.apply(DesiredLRPUpdate(instances: 1))
        let waiting = (0..<20).map { ActualLRP.fixture(.fixture("gone", $0), since: .epoch + .seconds(999)) }
        let plan = converge(.fixture([desired], running(20, "app") + waiting))
        #expect(plan.braked == nil)
        #expect(plan.retire.count == 39)
    }

    @Test("suspect records of what nobody desires count, and are kept")
    func suspects() {
        let suspects = (0..<12).map {
            ActualLRP.fixture(.fixture("gone", $0), .running(on: "lost"), presence: .suspect)
        }
        let plan = converge(.fixture([], suspects))
        #expect(plan.braked == BrakeReport(stops: 12, running: 12))
        #expect(plan.removeSuspect == [])
        #expect(plan.withheld.count == 12)
    }

    @Test("a released brake holds nothing")
    func released() {
        var snapshot = ConvergenceSnapshot.fixture([], running(30))
        snapshot.rules.brake = .released
        #expect(converge(snapshot).retire.count == 30)
    }
}
