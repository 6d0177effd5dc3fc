import MartletBBSAPI
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("Passes over tasks")
struct TaskConvergenceTests {
    private let refusal = "not admitted: feature flag diego_docker is disabled"

    private func waits(_ bench: TaskBench, _ guid: TaskGUID) async throws -> String {
        let task = try await bench.store.task(guid)
        return "\(task.state.name) \(task.rejectionReason)"
    }

    @Test("a quiet pass does nothing and says when the next thing becomes due")
    func quiet() async throws {
        let bench = try await TaskBench()
        var nothing = TaskConvergence.Outcome()
        nothing.lastEvent = try await bench.store.lastEventNumber()
        #expect(try await bench.pass() == nothing)
        try await bench.desire("t")
        bench.clock.advance(by: .seconds(10))
        let outcome = try await bench.pass()
        #expect(outcome.decided.isEmpty && outcome.applied == 0 && outcome.toAuction == [])
        #expect(outcome.nextWake == bench.clock.now + .seconds(20))
    }

    @Test("a waiting task is auctioned when it is due, and then left alone until it is due again")
    func kick() async throws {
        let bench = try await TaskBench()
        try await bench.desire("t")
        bench.clock.advance(by: .seconds(30))
        let due = try await bench.pass()
        #expect(due.toAuction == ["t"] && due.nextWake == bench.clock.now + .seconds(30))
        bench.clock.advance(by: .seconds(29))
        let early = try await bench.pass()
        #expect(early.toAuction == [] && early.nextWake == bench.clock.now + .seconds(1))
        bench.clock.advance(by: .seconds(1))
        #expect(try await bench.pass().toAuction == ["t"])
    }

    @Test("with the flag off: waiting tasks are told once, running ones end and their cells drop them")
    func flagOff() async throws {
        let bench = try await TaskBench()
        for guid in ["wait", "run", "stack"] as [TaskGUID] {
            try await bench.desire(guid, .fixture(rootFS: guid == "stack" ? "preloaded:stack" : "docker:///x"))
        }
        _ = try await bench.bbs.startTask("run", on: "a")
        _ = try await bench.bbs.startTask("stack", on: "a")
        try await bench.store.setFeatureFlag(.diegoDocker, enabled: false, by: "a test")
        let outcome = try await bench.pass()
        #expect(outcome.decided == ["refuse-task": 1, "stop-task": 1] && outcome.applied == 2)
        #expect(try await waits(bench, "wait") == "Pending \(refusal)")
        #expect(try await bench.store.task("run").completion?.failureReason == refusal)
        #expect(try await waits(bench, "stack") == "Running ")
        await bench.tasks.canceller.workOffOnce()
        #expect(await bench.cells.cancelledTasks == ["run"])
        let events = try await bench.store.lastEventNumber()
        bench.clock.advance(by: .seconds(60))
        #expect(try await bench.pass().decided.isEmpty)
        #expect(try await bench.store.lastEventNumber() == events)
    }

    @Test("a start that the flag refuses reads as a forbidden transition, so that the cell drops the container")
    func refusedStart() async throws {
        let bench = try await TaskBench(docker: false)
        try await bench.desire("t")
        await #expect(
            throws: BBSClientError.bbs(BBSError(.invalidStateTransition, "feature flag diego_docker is disabled"))
        ) { try await bench.bbs.startTask("t", on: "a") }
    }

    @Test("with the flag on again, refused tasks are auctioned in the next pass")
    func flagOn() async throws {
        let bench = try await TaskBench(docker: false)
        try await bench.desire("t")
        try await bench.pass()
        #expect(try await waits(bench, "t") == "Pending \(refusal)")
        bench.clock.advance(by: .seconds(1))
        try await bench.store.setFeatureFlag(.diegoDocker, enabled: true, by: "a test")
        #expect(try await bench.pass().toAuction == ["t"])
        #expect(try await bench.pass().toAuction == [])
        #expect(try await bench.bbs.startTask("t", on: "a"))
    }

    @Test("a task of a lost cell fails, and its outcome is sent in the same moment")
    func lostCell() async throws {
        let bench = try await TaskBench()
        try await bench.desire("t", .fixture(callback: "http://x/cb/200"))
        _ = try await bench.bbs.startTask("t", on: "a")
        try await bench.store.removeCell("a", session: "s-a")
        let outcome = try await bench.pass()
        #expect(outcome.items == ["lose-task t", "deliver-task t"])
        await bench.tasks.callbacks.workOff()
        let body = try #require(await bench.listener.calls.first?.body)
        #expect(body.contains(#""failure_reason":"cell disappeared before completion""#))
        #expect(try await bench.store.tasks() == [])
    }

    @Test("an outcome that could not be sent is sent again after 30 s, and deleted after two minutes")
    func undelivered() async throws {
        let bench = try await TaskBench()
        try await bench.desire("t", .fixture(callback: "http://x/cb/503"))
        try await bench.bbs.cancelTask("t")
        let cancelled = bench.clock.now
        for _ in 0..<4 {
            await bench.tasks.callbacks.workOff()
            #expect(await bench.listener.takeCalls().count == 3)
            #expect(try await bench.store.task("t").state.name == .resolving)
            let wake = try await bench.pass().nextWake
            #expect(wake == bench.clock.now + .seconds(30))
            bench.clock.advance(by: .seconds(30))
            try await bench.pass()
        }
        #expect(bench.clock.now == cancelled + .seconds(120))
        #expect(try await bench.store.tasks() == [])
        await bench.tasks.callbacks.workOff()
        #expect(await bench.listener.calls.isEmpty)
    }

    @Test("a task that no cell starts fails after half an hour")
    func expiry() async throws {
        let bench = try await TaskBench()
        try await bench.desire("t")
        bench.clock.advance(by: .seconds(1_800))
        let outcome = try await bench.pass()
        #expect(outcome.items == ["expire-task t"])
        #expect(outcome.nextWake == bench.clock.now + .seconds(120))
        #expect(try await bench.store.task("t").completion?.failureReason == "not started within time limit")
    }

    @Test("what waits since before a start of the server is auctioned at once, and what a new cell may take")
    func chances() async throws {
        let bench = try await TaskBench()
        try await bench.desire("new")
        try await bench.desire("rejected")
        try await bench.bbs.rejectTask("rejected", reason: "full")
        bench.clock.advance(by: .seconds(1))
        #expect(try await bench.pass(cellAppearedAt: bench.clock.now).toAuction == ["rejected"])
        #expect(try await bench.pass(startedAt: bench.clock.now).toAuction == ["new"])
    }

    @Test("an admitted Docker task is placed, and one that is not is told why by its auction")
    func auction() async throws {
        let bench = try await TaskBench()
        try await bench.desire("t")
        await bench.auctioneer.auction()
        #expect(await bench.cells.tasks.map(\.guid) == ["t"])
        try await bench.store.setFeatureFlag(.diegoDocker, enabled: false, by: "a test")
        try await bench.desire("u")
        await bench.auctioneer.auction()
        #expect(try await waits(bench, "u") == "Pending \(refusal)")
        #expect(try await bench.store.task("u").rejectionCount == 0)
    }
}
