import MartletBBSAPI
import MartletHTTP
import MartletModels
import MartletTestSupport
import Testing

@testable import MartletServer

private let refused = "not admitted: feature flag diego_docker is disabled"

@Suite("A server, its cells and tasks")
struct TaskServicesTests {
    @Test("a task is placed, runs to its end, and is gone when its outcome was delivered")
    func lives() async throws {
        let listener = CallbackListener()
        let cluster = try await Cluster(cells: ["a"], callbacks: listener)
        try await cluster.desire("t", .fixture(callback: "http://client.test/done"))
        #expect(try await cluster.tasks() == ["t Pending"])
        try await cluster.settle()
        #expect(try await cluster.tasks() == ["t Running on a"])
        #expect(await cluster.cells.runningTasks == ["t on a"])
        #expect(try await cluster.settle().isQuiet)
        await cluster.cells.end("t", .result("42"))
        try await cluster.cells.report(to: cluster.bbs)
        #expect(try await cluster.tasks() == ["t Completed: 42"])
        await cluster.role.tasks.callbacks.workOff()
        #expect(try await cluster.tasks() == [])
        let requests = await listener.takeRequests()
        #expect(requests.map(\.path) == ["http://client.test/done"])
        #expect(requests.allSatisfy { String(decoding: $0.body, as: UTF8.self).contains(#""result":"42""#) })
    }

    @Test("a task that fits nowhere is tried again every 30 s, fails at the fourth time, and says so at once")
    func exhausted() async throws {
        let listener = CallbackListener()
        let cluster = try await Cluster(cells: ["a"], callbacks: listener)
        try await cluster.desire("t", .fixture(callback: "http://client.test/done", memoryMB: 2_048))
        for rejections in 1...3 {
            await cluster.role.auctioneer.auction()
            #expect(try await cluster.bbs.task("t").rejectionCount == rejections)
            #expect(try await cluster.pass().isQuiet)
            try await cluster.wait(30)
            #expect(try await cluster.pass().decided == ["auction-task": 1])
        }
        #expect(try await cluster.tasks() == ["t Pending: insufficient resources: memory"])
        await cluster.role.auctioneer.auction()
        #expect(try await cluster.tasks() == ["t Completed, failed: insufficient resources: memory"])
        await cluster.role.tasks.callbacks.workOff()
        #expect(await listener.takeRequests().count == 1)
        #expect(try await cluster.tasks() == [])
    }

    @Test("what a cell does not take counts as a try")
    func declined() async throws {
        let cluster = try await Cluster(cells: ["a"])
        await cluster.cells.decline(true)
        try await cluster.desire("t")
        await cluster.role.auctioneer.auction()
        #expect(try await cluster.bbs.task("t").rejectionCount == 1)
        await cluster.cells.decline(false)
        try await cluster.wait(30)
        try await cluster.settle()
        #expect(try await cluster.tasks() == ["t Running on a"])
    }

    @Test("a task whose cell is lost fails with the reason of the reference, and its outcome is sent at once")
    func lost() async throws {
        let listener = CallbackListener()
        let cluster = try await Cluster(callbacks: listener)
        try await cluster.desire("t", .fixture(callback: "http://client.test/done"))
        try await cluster.desire("u")
        try await cluster.settle()
        #expect(try await cluster.tasks() == ["t Running on a", "u Running on b"])
        await cluster.cells.cut("a")
        try await cluster.wait(20)
        try await cluster.pass()
        #expect(
            try await cluster.tasks() == [
                "t Completed, failed: cell disappeared before completion", "u Running on b",
            ]
        )
        await cluster.role.tasks.callbacks.workOff()
        #expect(try await cluster.tasks() == ["u Running on b"])
        #expect(await listener.takeRequests().count == 1)
        // Back too late: what it says of the task is refused.
        await cluster.cells.end("t", .result("late"))
        await cluster.cells.cut("a", off: false)
        try await cluster.settle()
        #expect(await cluster.cells.runningTasks == ["u on b"])
        #expect(try await cluster.tasks() == ["u Running on b"])
    }

    @Test("a task that starts on a cell that counts as lost is not left there")
    func startsOnLost() async throws {
        let cluster = try await Cluster(cells: ["a"])
        try await cluster.desire("t")
        await cluster.cells.cut("a")
        try await cluster.wait(20)
        try await cluster.settle(rounds: 2)
        #expect(try await cluster.bbs.startTask("t", on: "a"))
        #expect(try await cluster.pass().triggers == ["due"])
        #expect(try await cluster.tasks() == ["t Completed, failed: cell disappeared before completion"])
    }

    @Test("a task that waits for half an hour fails with the reason of the reference")
    func expires() async throws {
        let cluster = try await Cluster(cells: ["a"], docker: false)
        try await cluster.desire("t")
        await cluster.role.auctioneer.auction()
        try await cluster.wait(1_795)
        try await cluster.pass()
        #expect(try await cluster.tasks() == ["t Pending: \(refused)"])
        try await cluster.wait(5)
        try await cluster.pass()
        #expect(try await cluster.tasks() == ["t Completed, failed: not started within time limit"])
        // Nobody takes it.
        try await cluster.wait(120)
        try await cluster.pass()
        #expect(try await cluster.tasks() == [])
    }

    @Test("a cancelled task is dropped by its cell, and one that waits reaches none")
    func cancels() async throws {
        let cluster = try await Cluster(cells: ["a"])
        try await cluster.desire("runs")
        try await cluster.settle()
        try await cluster.desire("waits")
        for guid in ["runs", "waits"] { try await cluster.bbs.cancelTask(TaskGUID(guid)) }
        #expect(await cluster.cells.takeCancelledTasks() == ["runs"])
        try await cluster.settle()
        #expect(await cluster.cells.runningTasks == [])
        #expect(
            try await cluster.tasks() == [
                "runs Completed, failed: task was cancelled", "waits Completed, failed: task was cancelled",
            ]
        )
    }

    @Test("an outcome that cannot be delivered is offered again, and dropped after two minutes")
    func undelivered() async throws {
        let listener = CallbackListener()
        await listener.fail(.timedOut("no answer"))
        let cluster = try await Cluster(cells: ["a"], callbacks: listener)
        try await cluster.desire("t", .fixture(callback: "http://client.test/done"))
        try await cluster.bbs.cancelTask("t")
        await cluster.role.tasks.callbacks.workOff()
        #expect(await listener.takeRequests().count == 3)
        for attempts in [1, 2, 3] {
            #expect(try await cluster.tasks() == ["t Resolving, failed: task was cancelled"])
            try await cluster.wait(30)
            try await cluster.pass()
            await cluster.role.tasks.callbacks.workOff()
            #expect(await listener.takeRequests().count == 3, "\(attempts)")
        }
        try await cluster.wait(30)
        try await cluster.pass()
        #expect(try await cluster.tasks() == [])
    }
}
