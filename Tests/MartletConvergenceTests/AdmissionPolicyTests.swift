import MartletConvergence
import MartletModels
import MartletTestSupport
import Testing

private let flagOff = FeatureFlag(name: .diegoDocker, enabled: false)
private let refused = "not admitted: feature flag diego_docker is disabled"

@Suite("Convergence with the flag off")
struct ConvergeFlagTests {
    private func key(_ index: Int = 0) -> ActualLRPKey { .fixture("app", index) }

    @Test("everything from an image is stopped, refused or left alone, by its state")
    func off() {
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app", instances: 7)],
            [
                .fixture(key(0), .running(on: "a")), .fixture(key(1), .claimed(on: "b")), .fixture(key(2)),
                .fixture(key(3), placementError: refused), .fixture(key(4), .crashed, crashCount: 3),
                .fixture(key(5), .running(on: "lost")), .fixture(key(0), .running(on: "b"), presence: .evacuating),
            ],
            flag: flagOff
        )
        var plan = ConvergencePlan()
        plan.retire = [
            RetiredInstance(key: key(0), action: .stop(.fixture("on-a", on: "a")), reason: .flag(.diegoDocker)),
            RetiredInstance(key: key(1), action: .stop(.fixture("on-b", on: "b")), reason: .flag(.diegoDocker)),
        ]
        plan.stopEvacuating = [
            RetiredInstance(key: key(0), action: .stop(.fixture("on-b", on: "b")), reason: .flag(.diegoDocker))
        ]
        plan.refuse = [RefusedInstance(key: key(2), placementError: refused)]
        plan.suspectRefused = [RefusedInstance(key: key(5), placementError: refused)]
        plan.createRefused = [RefusedInstance(key: key(6), placementError: refused)]
        #expect(converge(snapshot) == plan)
        #expect(plan.auctionRequests == [])
    }

    @Test("what nobody desires any more is stopped by the flag if it came from an image, whatever its domain")
    func orphans() {
        let records = (0..<3).map { ActualLRP.fixture(key($0), .running(on: "a")) }
        var snapshot = ConvergenceSnapshot.fixture([], records, fresh: [], flag: flagOff)
        (snapshot.instances[0].isDocker, snapshot.instances[1].isDocker) = (true, false)
        #expect(converge(snapshot).retire.map(\.key) == [key(0)])
        #expect(converge(snapshot).retire.map(\.reason) == [.flag(.diegoDocker)])
        #expect(PlanChecker(snapshot).contradictions(in: converge(snapshot)) == [])
    }

    @Test("the flag is off until somebody sets it")
    func absent() {
        #expect(
            AdmissionPolicy(flags: []).refusal(of: RootFS("docker:///library/busybox"))
                == AdmissionRefusal(flag: .diegoDocker)
        )
        #expect(AdmissionPolicy(flags: []).refusal(of: RootFS("preloaded:stack")) == nil)
    }

    @Test("the flags that decide about something are enough to decide", arguments: [true, false, nil])
    func decidingFlags(isDocker: Bool?) {
        let subject = AdmissionSubject(isDocker: isDocker)
        let deciding = Set(AdmissionPolicy.flags(deciding: subject))
        for isOn in [true, false] {
            let all = FeatureFlagName.allCases.map { FeatureFlag(name: $0, enabled: isOn) }
            let some = all.filter { deciding.contains($0.name) }
            let whole = AdmissionPolicy(flags: all).refusal(of: subject)
            #expect((some.isEmpty ? nil : AdmissionPolicy(flags: some).refusal(of: subject)) == whole)
        }
    }

    @Test("an instance that is not stopped yet is asked again in every pass, whatever its domain")
    func again() {
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app")],
            [.fixture(key(), .running(on: "a"))],
            fresh: [],
            flag: flagOff
        )
        #expect(converge(snapshot).retire.map(\.key) == [key()])
        #expect(converge(snapshot) == converge(snapshot))
    }

    @Test("preloaded root file systems are never touched")
    func preloaded() {
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app", instances: 3, rootFS: "preloaded:stack")],
            [.fixture(key(0), .running(on: "a")), .fixture(key(1))],
            flag: flagOff
        )
        var plan = ConvergencePlan()
        plan.create = [key(2)]
        plan.auction = [key(1)]
        #expect(converge(snapshot) == plan)
    }

    @Test("the operator's words are shown, and changed when they change")
    func customMessage() {
        var flag = flagOff
        flag.customErrorMessage = "closed for the night"
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app")],
            [.fixture(key(), placementError: refused)],
            flag: flag
        )
        #expect(
            converge(snapshot).refuse == [
                RefusedInstance(key: key(), placementError: refused + ": closed for the night")
            ]
        )
    }

    @Test("when the flag is set again, what it kept waiting is auctioned at once, and once")
    func onAgain() {
        var snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app", instances: 2)],
            [
                .fixture(key(0), since: testTime.advanced(by: .seconds(-1)), placementError: refused),
                .fixture(key(1), since: testTime.advanced(by: .seconds(-1)), placementError: "insufficient resources"),
            ]
        )
        #expect(converge(snapshot).auction == [key(0)])
        snapshot.asked = [key(0): testTime]
        #expect(converge(snapshot).isEmpty)
    }

    @Test("what was asked for before the flag went off and on again is asked for again")
    func flapping() {
        var snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app")],
            [.fixture(key(), since: testTime.advanced(by: .seconds(-20)), placementError: refused)]
        )
        snapshot.flagChangedAt = testTime.advanced(by: .seconds(-1))
        snapshot.asked = [key(): testTime.advanced(by: .seconds(-2))]
        #expect(converge(snapshot).auction == [key()])
        snapshot.asked = [key(): testTime.advanced(by: .seconds(-1))]
        #expect(converge(snapshot).isEmpty)
    }
}
