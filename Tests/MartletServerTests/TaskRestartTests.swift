import MartletBBSAPI
import MartletConvergence
import MartletHTTP
import MartletModels
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("Tasks and the start of a server")
struct TaskRestartTests {
    @Test("what waits is auctioned at once, whoever was asked before")
    func waiting() async throws {
        var cluster = try await Cluster(cells: ["a"])
        try await cluster.desire("t")
        cluster.clock.advance(by: .seconds(1))
        cluster = try await Cluster(restarting: cluster)
        #expect(try await cluster.pass().decided == ["auction-task": 1])
        try await cluster.settle()
        #expect(try await cluster.tasks() == ["t Running on a"])
    }

    @Test("it wakes when the first of the tasks that it finds becomes due, not later")
    func wakes() async throws {
        let listener = CallbackListener()
        await listener.fail(.timedOut("no answer"))
        var cluster = try await Cluster(cells: ["a"], callbacks: listener)
        try await cluster.desire("undelivered", .fixture(callback: "http://client.test/done"))
        try await cluster.bbs.cancelTask("undelivered")
        await cluster.role.tasks.callbacks.workOff()
        try await cluster.desire("unread")
        try await cluster.bbs.cancelTask("unread")
        try await cluster.wait(20)
        cluster = try await Cluster(restarting: cluster)
        try await cluster.pass()
        let due = try await cluster.role.tasks.convergence.pass(
            TaskSnapshot(now: cluster.clock.now, tasks: [], liveCells: ["a"], policy: AdmissionPolicy(flags: []))
        ).nextWake
        #expect(due == cluster.clock.now + .seconds(10))
        #expect(try await cluster.tasks().first == "undelivered Resolving, failed: task was cancelled")
        await cluster.role.tasks.callbacks.workOff()
        try await cluster.wait(10)
        let record = try await cluster.pass()
        #expect(record.triggers == ["due"] && record.decided == ["deliver-task": 1, "demote-task": 1])
        try await cluster.wait(90)
        #expect(try await cluster.pass().triggers.contains("due"))
        #expect(try await cluster.tasks() == [])
    }

    @Test("a task whose cell was lost meanwhile fails when the cells have had time to speak")
    func lost() async throws {
        var cluster = try await Cluster(cells: ["a"])
        try await cluster.desire("t")
        try await cluster.settle()
        await cluster.cells.cut("a")
        cluster.clock.advance(by: .seconds(3_600))
        cluster = try await Cluster(restarting: cluster)
        try await cluster.pass()
        #expect(try await cluster.tasks() == ["t Running on a"])
        cluster.clock.advance(by: .seconds(30))
        #expect(try await cluster.pass().triggers.contains("due"))
        #expect(try await cluster.tasks() == ["t Completed, failed: cell disappeared before completion"])
    }
}
