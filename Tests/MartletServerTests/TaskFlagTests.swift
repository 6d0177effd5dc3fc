import MartletBBSAPI
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletServer

private let refused = "not admitted: feature flag diego_docker is disabled"

@Suite("Tasks and the feature flag for images")
struct TaskFlagTests {
    @Test("cleared, it keeps image tasks waiting and says why; set again, they run at once; others never notice")
    func waits() async throws {
        let cluster = try await Cluster(cells: ["a"])
        try await cluster.desire("image")
        try await cluster.desire("stack", .fixture(rootFS: "preloaded:stack"))
        try await cluster.setFlag(false)
        try await cluster.settle()
        #expect(try await cluster.tasks() == ["image Pending: \(refused)", "stack Running on a"])
        #expect(try await cluster.bbs.task("image").rejectionCount == 0)
        try await cluster.wait(60)
        let record = try await cluster.pass()
        #expect(record.decided["auction-task"] == nil)
        await cluster.role.auctioneer.auction()
        #expect(await cluster.cells.tasks.map(\.guid) == ["stack"])

        try await cluster.setFlag(true)
        #expect(try await cluster.pass().decided == ["auction-task": 1])
        try await cluster.settle()
        #expect(try await cluster.tasks() == ["image Running on a", "stack Running on a"])
    }

    @Test("cleared, it wakes a pass for each new image task, and for no other")
    func wakes() async throws {
        let cluster = try await Cluster(cells: ["a"], docker: false)
        try await cluster.pass()
        try await cluster.desire("stack", .fixture(rootFS: "preloaded:stack"))
        #expect(try await cluster.pass().triggers == [])
        try await cluster.desire("image")
        let record = try await cluster.pass()
        #expect(record.triggers == ["task-changed"])
        #expect(record.decided == ["refuse-task": 1])
    }

    @Test("what the net finds of tasks although an event should have led to it is counted as a defect")
    func missed() async throws {
        let cluster = try await Cluster(cells: ["a"], docker: false)
        try await cluster.desire("stack", .fixture(rootFS: "preloaded:stack"))
        #expect(try await cluster.net().missedCount == 0)
        try await cluster.desire("image")
        // As if the event had been heard, and had led to nothing.
        await cluster.role.convergence.forgetWork(upTo: try await cluster.store.lastEventNumber())
        await cluster.role.convergence.noteEverything(.interval)
        let record = await cluster.role.convergence.pass()
        #expect(record.missedByEvents == ["refuse-task image: \(refused)"])
        #expect(record.missedCount == 1)
        #expect(await cluster.role.convergence.missedCount == 1)
        try await cluster.settle()
        #expect(try await cluster.net().missedCount == 0)
    }

    @Test("cleared, it ends image tasks that run, and their cell is told")
    func ends() async throws {
        let listener = CallbackListener()
        let cluster = try await Cluster(cells: ["a"], callbacks: listener)
        try await cluster.desire("image", .fixture(callback: "http://client.test/done"))
        try await cluster.desire("stack", .fixture(rootFS: "preloaded:stack"))
        try await cluster.settle()
        try await cluster.setFlag(false)
        #expect(try await cluster.pass().decided["stop-task"] == 1)
        #expect(try await cluster.tasks() == ["image Completed, failed: \(refused)", "stack Running on a"])
        await cluster.role.tasks.canceller.workOffOnce()
        await cluster.role.tasks.callbacks.workOff()
        #expect(await cluster.cells.takeCancelledTasks() == ["image"])
        #expect(await cluster.cells.runningTasks == ["stack on a"])
        #expect(await listener.takeRequests().count == 1)
        #expect(try await cluster.tasks() == ["stack Running on a"])
        #expect(try await cluster.settle().isQuiet)
    }

    @Test("a cell that is told nothing because it is away hears of it when it is back")
    func endsLater() async throws {
        let cluster = try await Cluster(cells: ["a"])
        try await cluster.desire("image")
        try await cluster.settle()
        await cluster.cells.cut("a")
        try await cluster.setFlag(false)
        try await cluster.pass()
        await cluster.role.tasks.canceller.workOffOnce()
        #expect(await cluster.cells.runningTasks == ["image on a"])
        await cluster.cells.cut("a", off: false)
        await cluster.role.tasks.canceller.workOffOnce()
        #expect(await cluster.cells.runningTasks == [])
    }

    @Test("a start that arrives after the flag was cleared is refused, so that the cell gives the task up")
    func refusesStart() async throws {
        let cluster = try await Cluster(cells: ["a"])
        try await cluster.desire("image")
        try await cluster.desire("stack", .fixture(rootFS: "preloaded:stack"))
        await cluster.role.auctioneer.auction()
        try await cluster.setFlag(false)
        await #expect(throws: BBSClientError.self) { try await cluster.bbs.startTask("image", on: "a") }
        try await cluster.cells.report(to: cluster.bbs)
        #expect(await cluster.cells.runningTasks == ["stack on a"])
        try await cluster.settle()
        #expect(try await cluster.tasks() == ["image Pending: \(refused)", "stack Running on a"])
    }
}
