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
        var snapshot = ConvergenceSnapshot.fixture(
            [.fixture("kept", instances: kept)],
            running(undesired) + running(kept, "kept")
        )
        snapshot.brake()
        let plan = converge(snapshot)
        #expect(snapshot.brake == (braked ? BrakeReport(stops: undesired, running: all) : nil))
        #expect(plan.retire.count == (braked ? 0 : undesired))
        #expect(plan.withheld.count == (braked ? undesired : 0))
    }

    @Test("a removal on record is a decision, and so is the flag")
    func decided() {
        var snapshot = ConvergenceSnapshot.fixture([], running(30))
        snapshot.decide("gone")
        snapshot.brake = BrakeReport(stops: 10, running: 40)
        #expect(converge(snapshot).retire.count == 30)
        let flag = FeatureFlag(name: .diegoDocker, enabled: false)
        var off = ConvergenceSnapshot.fixture([.fixture("gone", instances: 30)], running(30), flag: flag)
        off.brake = BrakeReport(stops: 10, running: 40)
        #expect(converge(off).retire.count == 30)
    }

    @Test("what an operator decided is stopped even while the brake is on")
    func both() {
        let flag = FeatureFlag(name: .diegoDocker, enabled: false)
        var snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app", instances: 5)],
            running(20) + running(5, "app"),
            flag: flag
        )
        snapshot.brake()
        let plan = converge(snapshot)
        #expect(snapshot.brake == BrakeReport(stops: 20, running: 25))
        #expect(plan.retire.map(\.key.processGUID) == Array(repeating: "app", count: 5))
    }

    @Test("records that nobody holds go even while the brake is on")
    func notStops() {
        let waiting = (20..<40).map { ActualLRP.fixture(.fixture("gone", $0), since: .epoch + .seconds(999)) }
        var snapshot = ConvergenceSnapshot.fixture([], running(20) + waiting)
        snapshot.brake()
        #expect(snapshot.brake == BrakeReport(stops: 20, running: 20))
        #expect(converge(snapshot).retire.map(\.key.index) == Array(20..<40))
    }

    @Test("suspect records of what nobody desires count, and are kept")
    func suspects() {
        let suspects = (0..<12).map {
            ActualLRP.fixture(.fixture("gone", $0), .running(on: "lost"), presence: .suspect)
        }
        var snapshot = ConvergenceSnapshot.fixture([], suspects)
        snapshot.brake()
        let plan = converge(snapshot)
        #expect(snapshot.brake == BrakeReport(stops: 12, running: 12))
        #expect(plan.removeSuspect == [])
        #expect(plan.withheld.count == 12)
    }

    @Test("what has just turned up is judged with what turns up in the next 30 s")
    func young() {
        let young = ActualLRP.fixture(.fixture("gone"), .running(on: "a"), since: testTime.advanced(by: .seconds(-29)))
        var snapshot = ConvergenceSnapshot.fixture([], [young])
        #expect(converge(snapshot).isEmpty)
        #expect(converge(snapshot).nextDue == testTime + .seconds(1))
        snapshot.now = testTime + .seconds(1)
        #expect(converge(snapshot).retire.map(\.key) == [young.key])
        snapshot.now = testTime
        snapshot.decide("gone")
        #expect(converge(snapshot).retire.map(\.key) == [young.key])
    }

    @Test("the flag stops what nobody desires too, whatever the brake holds back")
    func flagGoesFirst() {
        let flag = FeatureFlag(name: .diegoDocker, enabled: false)
        var snapshot = ConvergenceSnapshot.fixture([], running(20), flag: flag)
        for index in snapshot.instances.indices { snapshot.instances[index].isDocker = index < 12 }
        snapshot.brake()
        let plan = converge(snapshot)
        #expect(plan.retire.map(\.reason) == Array(repeating: .flag(.diegoDocker), count: 12))
        #expect(plan.withheld.count == 8)
        #expect(PlanChecker(snapshot).contradictions(in: plan) == [])
    }
}
