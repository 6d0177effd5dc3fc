import FoundationEssentials
import MartletHTTP
import MartletModels
import MartletStore
import MartletTestSupport
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

    @Test("a plan tells as many apps by name as are wanted, the largest first, and counts all")
    func limited() async throws {
        let api = try TestAPI()
        _ = try await api.runningApp("small", instances: 1)
        _ = try await api.runningApp("large", instances: 3)
        _ = try await api.runningApp("idle", instances: 0)
        let plan = try decoded(FlagPlan.self, try await api.send(.get, "\(path)/plan?limit=1"))
        #expect(plan.apps.map(\.name) == ["large"])
        #expect(plan.instances == 4 && plan.stoppingApps == 2 && plan.waiting == 0)
        let all = try decoded(FlagPlan.self, try await api.send(.get, "\(path)/plan"))
        #expect(all.apps.map(\.name) == ["large", "small", "idle"])
    }

    @Test("progress counts what cells hold of it")
    func progress() async throws {
        let api = try TestAPI()
        let keys = try await api.runningApp(instances: 2)
        try await api.runTask("t1")
        try await api.store.setFeatureFlag(.diegoDocker, enabled: false, by: "ada")
        try await api.store.remove(keys[0], instance(keys[0], "cell-1"))
        let progress = try decoded(FlagProgress.self, try await api.send(.get, "\(path)/progress"))
        #expect(progress == FlagProgress(enabled: false, running: 1, tasks: 1))
    }

    @Test("tasks from images are in the plan, those that run and those that wait, and others are not")
    func plannedTasks() async throws {
        let api = try TestAPI()
        try await api.enableDocker()
        for guid in ["t1", "t2"] { try await api.runTask(guid, on: "cell-7") }
        try await api.runTask("other", rootFS: "preloaded:base")
        try await api.store.desireTask(TaskGUID("waits"), domain: DomainName("d"), .fixture())
        let plan = try decoded(FlagPlan.self, try await api.send(.get, "\(path)/plan?limit=1"))
        #expect(plan.tasks == 2 && plan.taskGUIDs == ["t1"] && plan.waitingTasks == 1 && plan.instances == 0)
        #expect(plan.cells == ["cell-7"] && plan.expectedSeconds == 12)
    }

    @Test("the report follows each task until it runs no more")
    func reportedTasks() async throws {
        let api = try TestAPI()
        try await api.enableDocker()
        try await api.runTask("before")
        try await api.store.failTask(TaskGUID("before"), reason: "over")
        for guid in ["t1", "t2", "t3"] { try await api.runTask(guid) }
        try await api.runTask("other", rootFS: "preloaded:base")
        try await api.store.setFeatureFlag(.diegoDocker, enabled: false, by: "ada")
        for guid in ["t1", "t2", "other"] { try await api.store.failTask(TaskGUID(guid), reason: "over") }
        let report = try decoded(FlagReport.self, try await api.send(.get, "\(path)/report"))
        #expect(report.stopped == 0 && report.tasks.stopped == 2 && report.tasks.remaining == 1)
        #expect(report.tasks.list.map(\.guid) == ["t1", "t2", "t3"] && report.tasks.cells == 1)
        #expect(report.tasks.list.map(\.goneAfterSeconds) == [0, 0, nil] && report.tasks.maxSeconds == 0)
        let short = try decoded(FlagReport.self, try await api.send(.get, "\(path)/report?limit=1"))
        #expect(short.tasks.list.map(\.guid) == ["t3"])
    }

    @Test("a report of which the beginning has been deleted says so, and keeps to the rest")
    func pruned() async throws {
        let api = try TestAPI(eventLimit: 3)
        let keys = try await api.runningApp(instances: 2)
        try await api.store.setFeatureFlag(.diegoDocker, enabled: false, by: "ada")
        try await api.store.remove(keys[0], instance(keys[0], "cell-1"))
        for _ in 0..<20 { try await api.store.setFeatureFlag(.userOrgCreation, enabled: true, by: "ada") }
        for round in 0..<20 {
            try await api.store.setFeatureFlag(.userOrgCreation, enabled: round % 2 == 0, by: "ada")
        }
        try await api.store.remove(keys[1], instance(keys[1], "cell-1"))
        let report = try decoded(FlagReport.self, try await api.send(.get, "\(path)/report"))
        let oldest = try await api.store.read { (snapshot) throws(StoreError) in try snapshot.firstEventNumber() }
        #expect(report.event == nil && report.changedBy == "" && report.isMissingBefore == oldest)
        #expect(report.changedAt == "2023-11-14T22:13:20Z")
        #expect(report.instances.map(\.index) == [1])
        try await api.enableDocker()
        let later = try decoded(FlagReport.self, try await api.send(.get, "\(path)/report"))
        #expect(later.changedAt == report.changedAt && later.enabledAgainAt == report.changedAt)
    }

    @Test("what stops after the flag was set again is not its doing")
    func enabledAgain() async throws {
        let api = try TestAPI()
        let keys = try await api.runningApp(instances: 2)
        try await api.store.setFeatureFlag(.diegoDocker, enabled: false, by: "ada")
        try await api.store.remove(keys[0], instance(keys[0], "cell-1"))
        try await api.enableDocker()
        try await api.store.remove(keys[1], instance(keys[1], "cell-1"))
        let report = try decoded(FlagReport.self, try await api.send(.get, "\(path)/report?limit=1"))
        #expect(report.stopped == 1 && report.remaining == 1 && report.cells == 1)
        #expect(report.enabledAgainAt == "2023-11-14T22:13:20Z")
        #expect(report.instances.map(\.index) == [1] && report.instances.map(\.app) == ["web"])
    }
}
