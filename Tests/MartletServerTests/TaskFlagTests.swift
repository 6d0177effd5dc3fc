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
