import MartletAuction
import MartletBBSAPI
import MartletHTTP
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("Auctioneer")
struct AuctioneerTests {
    @Test("a refusal is written on the instance, and every cell's verdict is kept for why")
    func refusal() async throws {
        let cluster = try await Cluster(cells: ["a", "b"])
        await cluster.cells.cut("b")
        try await cluster.bbs.desire(.fixture("big", memoryMB: 4_096))
        await cluster.role.auctioneer.auction()
        #expect(try await cluster.placementErrors("big") == ["insufficient resources: memory"])
        let remembered = await cluster.role.auctioneer.lastRefusals[.fixture("big")]
        #expect(
            remembered?.refusal.verdicts.map(\.problems) == [
                [.memory(needed: 4_096, available: 1_024)],
                [.unreachable("\(RepClientError.transport(.cannotConnect("connection refused")))")],
            ]
        )
    }

    @Test("what a cell declines is written down with a text, and tried again when it is stale")
    func declined() async throws {
        let cluster = try await Cluster(cells: ["a"])
        await cluster.cells.decline(true)
        try await cluster.bbs.desire(.fixture("app"))
        await cluster.role.auctioneer.auction()
        #expect(try await cluster.placementErrors("app") == ["insufficient resources"])
        await cluster.cells.decline(false)
        try await cluster.settle()
        #expect(try await cluster.records("app") == ["0 UNCLAIMED"])
        try await cluster.wait(30)
        try await cluster.settle()
        #expect(try await cluster.records("app") == ["0 RUNNING on a"])
    }

    @Test("what has been claimed, removed or refused by the flag meanwhile is not placed")
    func tooLate() async throws {
        let cluster = try await Cluster(cells: ["a"])
        try await cluster.bbs.desire(.fixture("app", instances: 2))
        try await cluster.bbs.desire(.fixture("gone"))
        try await cluster.bbs.claim("app", index: 0, by: .fixture("i", on: "a"))
        try await cluster.bbs.removeDesiredLRP("gone")
        try await cluster.store.setFeatureFlag(.diegoDocker, enabled: false, by: "an operator")
        await cluster.role.auctioneer.auction()
        #expect(await cluster.cells.runningCount == 0)
        #expect(
            try await cluster.placementErrors("app") == ["", "not admitted: feature flag diego_docker is disabled"]
        )
    }

    @Test("no cell at all is told as such")
    func noCells() async throws {
        let cluster = try await Cluster(cells: [])
        try await cluster.bbs.desire(.fixture("app"))
        await cluster.role.auctioneer.auction()
        #expect(try await cluster.placementErrors("app") == ["unable to communicate to compatible cells"])
    }
}
