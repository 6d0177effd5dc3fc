import FoundationEssentials
import MartletHTTP
import MartletModels
import MartletStore
import Testing

@testable import MartletCloudController

@Suite("Plan and report of the flag")
struct FlagProgressTests {
    private let path = "/martlet/v1/feature_flags/diego_docker"

    private func decoded<T: Decodable>(_ type: T.Type, _ answer: (HTTPStatus, String)) throws -> T {
        #expect(answer.0 == .ok)
        return try JSONDecoder().decode(type, from: Data(answer.1.utf8))
    }

    @Test("the plan names what would stop, where, and how long that takes; preloaded LRPs are not in it")
    func plan() async throws {
        let api = try TestAPI()
        _ = try await api.runningApp(instances: 2, cell: "cell-2")
        var preloaded = DesiredLRP(
            processGUID: ProcessGUID("other"),
            domain: DomainName("d"),
            rootFS: RootFS("preloaded:base"),
            instances: 1,
            action: .run(RunAction(path: "/x", user: "root"))
        )
        preloaded.metricTags = ["source_id": MetricTagValue(static: "other")]
        try await api.store.desire(preloaded)
        let key = preloaded.keys[0]
        try await api.store.start(key, start(key, "cell-1"))
        let plan = try decoded(FlagPlan.self, try await api.send(.get, "\(path)/plan"))
        #expect(plan.enabled && plan.instances == 2 && plan.cells == ["cell-2"] && plan.expectedSeconds == 12)
        #expect(plan.apps.map(\.name) == ["web"] && plan.apps.map(\.runningInstances) == [2])
        #expect(plan.lastEvent == (try await api.store.lastEventNumber()))
    }

    @Test("the report follows each instance until its record goes away")
    func report() async throws {
        let api = try TestAPI()
        let keys = try await api.runningApp(instances: 2)
        let since = try await api.store.lastEventNumber()
        #expect(try await api.refusal(.get, "\(path)/report?since=\(since)").first?.hasPrefix("404") == true)
        try await api.store.setFeatureFlag(.diegoDocker, enabled: false, by: "ada")
        try await api.store.remove(keys[0], instance(keys[0], "cell-1"))
        let report = try decoded(FlagReport.self, try await api.send(.get, "\(path)/report?since=\(since)"))
        #expect(report.event == since + 1 && report.changedBy == "ada")
        #expect(report.stopped == 1 && report.remaining == 1)
        #expect(report.instances.map(\.goneAfterSeconds) == [0, nil])
        #expect(try decoded(FlagReport.self, try await api.send(.get, "\(path)/report")) == report)
    }

    private func lrp(_ index: Int, _ state: ActualLRP.State, presence: ActualLRP.Presence = .ordinary) -> ActualLRP {
        ActualLRP(
            restoring: ActualLRPKey(processGUID: ProcessGUID("app"), index: index, domain: DomainName("d")),
            presence: presence,
            state: state,
            since: .epoch,
            crashCount: 0,
            crashReason: "",
            placementError: "",
            modificationTag: ModificationTag(epoch: "\(index)"),
            internalRoutes: [],
            metricTags: [:],
            routable: false,
            availabilityZone: ""
        )
    }

    private func running(_ index: Int, _ guid: String, presence: ActualLRP.Presence = .ordinary) -> ActualLRP {
        let instance = ActualLRPInstanceKey(instanceGUID: InstanceGUID(guid), cellID: CellID("c"))
        return lrp(index, .claimed(instance), presence: presence)
    }

    @Test("crashes end an instance, presence does not, newcomers do not count, and removed LRPs do")
    func history() {
        let desired = DesiredLRP(
            processGUID: ProcessGUID("app"),
            domain: DomainName("d"),
            rootFS: RootFS("docker:///x"),
            instances: 4,
            action: nil
        )
        func event(_ seconds: Int, _ event: LRPEvent) -> NumberedEvent {
            NumberedEvent(number: Int64(seconds) + 2, at: .epoch + .seconds(seconds), event: .lrp(event))
        }
        let off = FeatureFlag(name: .diegoDocker, enabled: false)
        let change = NumberedEvent(
            number: 1,
            at: .epoch,
            event: .featureFlagChanged(before: FeatureFlag(name: .diegoDocker, enabled: true), after: off, by: "ada")
        )
        let report = FlagReport(
            change: change,
            later: [
                event(1, .actualLRPChanged(before: running(0, "a"), after: lrp(0, .crashed))),
                event(2, .actualLRPChanged(before: running(1, "b"), after: running(1, "b", presence: .suspect))),
                event(3, .desiredLRPRemoved(desired)),
                event(4, .actualLRPRemoved(running(2, "c"))),
                event(5, .actualLRPChanged(before: lrp(3, .unclaimed), after: running(3, "new"))),
                event(6, .actualLRPRemoved(running(3, "new"))),
            ],
            desired: [],
            actual: [running(1, "b", presence: .suspect)]
        )
        #expect(report.instances.map(\.instanceGUID) == ["a", "b", "c"])
        #expect(report.instances.map(\.goneAfterSeconds) == [1, nil, 4])
        #expect(report.p50Seconds == 1 && report.p99Seconds == 4 && report.maxSeconds == 4)
        #expect(report.stopped == 2 && report.remaining == 1)
    }
}
