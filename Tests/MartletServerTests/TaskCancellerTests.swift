import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("Telling cells to drop tasks")
struct TaskCancellerTests {
    @Test("a cell that cannot be reached is told again; one that is gone is not told")
    func retry() async throws {
        let bench = try await TaskBench()
        await bench.cells.cut("a")
        await bench.tasks.canceller.cancel("t", on: "a")
        await bench.tasks.canceller.request("u", on: "gone")
        await bench.tasks.canceller.workOffOnce()
        #expect(await bench.cells.cancelledTasks == [])
        await bench.cells.cut("a", off: false)
        await bench.tasks.canceller.workOffOnce()
        #expect(await bench.cells.cancelledTasks == ["t"])
        await bench.tasks.canceller.workOffOnce()
        #expect(await bench.cells.cancelledTasks == ["t"])
    }

    @Test("it gives up after a minute")
    func givesUp() async throws {
        let bench = try await TaskBench()
        await bench.cells.cut("a")
        await bench.tasks.canceller.request("t", on: "a")
        for _ in 0..<12 { await bench.tasks.canceller.workOffOnce() }
        await bench.cells.cut("a", off: false)
        await bench.tasks.canceller.workOffOnce()
        #expect(await bench.cells.cancelledTasks == [])
    }

    @Test("while it runs, a failed call is repeated after five seconds", .timeLimit(.minutes(1)))
    func runs() async throws {
        let bench = try await TaskBench()
        await bench.cells.cut("a")
        await bench.tasks.canceller.request("t", on: "a")
        await withTaskGroup { group in
            group.addTask { await bench.tasks.canceller.run() }
            await bench.clock.waitForSleepers(1)
            await bench.cells.cut("a", off: false)
            bench.clock.advance(by: .seconds(5))
            while await bench.cells.cancelledTasks.isEmpty { await Task.yield() }
            group.cancelAll()
        }
        #expect(await bench.cells.cancelledTasks == ["t"])
    }
}
