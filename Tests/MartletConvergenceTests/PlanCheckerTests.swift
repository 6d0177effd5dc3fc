import MartletModels
import MartletTestSupport
import Testing

@testable import MartletConvergence

@Suite("The checker of plans")
struct PlanCheckerTests {
    private func key(_ guid: String, _ index: Int = 0) -> ActualLRPKey { .fixture(guid, index) }

    private let snapshot = ConvergenceSnapshot.fixture(
        [.fixture("app", instances: 2), .fixture("web")],
        [.fixture(.fixture("app", 0), .running(on: "a"))]
    )

    @Test("contradictions are found and named")
    func findings() {
        var plan = ConvergencePlan()
        plan.create = [key("app", 1), key("app", 1), key("app", 2), key("gone")]
        plan.unclaim = [key("app", 1)]
        plan.retire = [
            RetiredInstance(key: key("app"), action: .removeRecord, reason: .flag(.diegoDocker)),
            RetiredInstance(key: key("web"), action: .removeRecord, reason: .beyondInstances(1)),
        ]
        plan.withheld = [RetiredInstance(key: key("x"), action: .removeRecord, reason: .notDesired(decision: nil))]
        #expect(
            Set(PlanChecker(snapshot).contradictions(in: plan).map(\.description)) == [
                "create repeats app/1, or has it out of order", "app/1 is in unclaim and create and create",
                "app/2 is auctioned beyond 2 instances", "gone/0 is auctioned but not desired",
                "app/0 is wrongfully retired as: diego_docker is disabled",
                "web/0 is wrongfully retired as: beyond the desired 1", "x/0 is withheld without a brake",
            ]
        )
    }

    @Test("only the instances that are contradicted are left out")
    func sound() {
        var sound = ConvergencePlan()
        sound.create = [key("app", 1)]
        sound.update = [key("app", 0)]
        #expect(PlanChecker(snapshot).sound(sound).plan == sound)
        var plan = sound
        plan.create = [key("app", 1), key("gone"), key("web")]
        plan.refuse = [RefusedInstance(key: key("web"), placementError: "e")]
        let (rest, contradictions) = PlanChecker(snapshot).sound(plan)
        #expect(rest == sound)
        #expect(Set(contradictions.map(\.instance)) == [InstanceID("gone", 0), InstanceID("web", 0)])
    }
}
