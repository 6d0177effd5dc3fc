import MartletBBSAPI
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("Stopping instances")
struct InstanceStopperTests {
    private func stop(_ index: Int, on cell: String = "a") -> InstanceStop {
        InstanceStop(key: .fixture("app", index), instance: .fixture("i-\(index)", on: cell))
    }

    @Test("a cell is told once, and again when it has had its time")
    func once() async throws {
        let cluster = try await Cluster()
        #expect(await cluster.role.stopper.request([stop(0), stop(1), stop(0)]) == [.fixture("app", 0)])
        await cluster.role.stopper.workOff()
        #expect(await cluster.cells.stops.count == 2)
        #expect(await cluster.role.stopper.request([stop(1)]) == [.fixture("app", 1)])
        cluster.clock.advance(by: .seconds(10))
        #expect(await cluster.role.stopper.request([stop(1)]) == [])
        await cluster.role.stopper.workOff()
        #expect(await cluster.cells.stops.count == 3)
    }

    @Test("a request that failed may be repeated at once")
    func failed() async throws {
        let cluster = try await Cluster()
        await cluster.cells.cut("a")
        await cluster.role.stopper.request([stop(0)])
        await cluster.role.stopper.workOff()
        await cluster.cells.cut("a", off: false)
        #expect(await cluster.role.stopper.request([stop(0)]) == [])
        await cluster.role.stopper.workOff()
        #expect(await cluster.cells.stops == [.fixture("i-0", on: "a")])
    }

    @Test("a request that waited for too long is dropped, and may be repeated at once")
    func stale() async throws {
        let cluster = try await Cluster()
        await cluster.role.stopper.request([stop(0)])
        cluster.clock.advance(by: .seconds(3))
        await cluster.role.stopper.workOff()
        #expect(await cluster.cells.stops == [])
        #expect(await cluster.role.stopper.request([stop(0)]) == [])
    }

    @Test("a cell that is not there is no failure, and the request is forgotten")
    func missing() async throws {
        let cluster = try await Cluster()
        #expect(await cluster.role.stopper.stop(stop(0, on: "nowhere")) == .cellMissing)
        #expect(await cluster.role.stopper.request([stop(0, on: "nowhere")]) == [])
    }
}
