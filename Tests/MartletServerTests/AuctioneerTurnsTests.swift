import MartletAuction
import MartletBBSAPI
import MartletLog
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("Auctions in turns")
struct AuctioneerTurnsTests {
    /// An auctioneer of its own that decides two at a time.
    private func auctioneer(_ cluster: Cluster, claimBacklog: Int = 100) -> Auctioneer {
        Auctioneer(
            store: cluster.store,
            cells: cluster.cells,
            clock: LoopClock(cluster.clock),
            log: .discarding,
            turnLimit: 2,
            claimBacklog: claimBacklog
        )
    }

    @Test("a large auction places everything, and counts what has been placed before")
    func turns() async throws {
        let cluster = try await Cluster()
        let auctioneer = auctioneer(cluster)
        try await cluster.bbs.desire(.fixture("app", instances: 7))
        await auctioneer.request((0..<7).map { .fixture("app", $0) })
        await auctioneer.auction()
        try await cluster.cells.report(to: cluster.bbs)
        #expect(await cluster.cells.running.mapValues(\.count) == ["a": 3, "b": 2, "c": 2])
    }

    @Test("a large auction waits for claims, but not for cells that make none", .timeLimit(.minutes(1)))
    func pace() async throws {
        let cluster = try await Cluster()
        let auctioneer = auctioneer(cluster, claimBacklog: 2)
        try await cluster.bbs.desire(.fixture("app", instances: 8))
        await auctioneer.request((0..<8).map { .fixture("app", $0) })
        let began = cluster.clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await auctioneer.auction() }
            // Two and two; the third turn waits for claims of the second.
            while await cluster.cells.workCount < 4, !Task.isCancelled { await Task.yield() }
            for _ in 0..<100 { await Task.yield() }
            #expect(await cluster.cells.workCount == 4)
            try await cluster.cells.report(to: cluster.bbs)
            while await cluster.cells.workCount < 6, !Task.isCancelled { await Task.yield() }
            #expect(cluster.clock.now == began)
            // The third is the last but one, and nobody claims it: only time goes on.
            while await cluster.cells.workCount < 8, !Task.isCancelled {
                cluster.clock.advance(by: .seconds(1))
                await Task.yield()
            }
            try await group.waitForAll()
        }
        #expect(cluster.clock.now - began >= .seconds(10))
    }

    @Test("what has no turn yet counts as asked for now, and what a cell was given from when it was")
    func askedTimes() async throws {
        let cluster = try await Cluster()
        let auctioneer = auctioneer(cluster)
        let key = ActualLRPKey.fixture("app")
        try await cluster.bbs.desire(.fixture("app"))
        await auctioneer.request([key])
        cluster.clock.advance(by: .seconds(2))
        #expect(await auctioneer.askedTimes(of: [key]) == [key: cluster.clock.now])
        await auctioneer.auction()
        let placed = cluster.clock.now
        cluster.clock.advance(by: .seconds(5))
        #expect(await auctioneer.askedTimes(of: [key, .fixture("other")]) == [key: placed])
    }

    @Test("what is withdrawn is not placed, and its refusal is forgotten")
    func withdraw() async throws {
        let cluster = try await Cluster(cells: [])
        let auctioneer = auctioneer(cluster)
        let key = ActualLRPKey.fixture("app")
        try await cluster.bbs.desire(.fixture("app"))
        await auctioneer.request([key])
        await auctioneer.auction()
        #expect(await auctioneer.lastRefusals(of: [key]).count == 1)
        #expect(await auctioneer.askedTimes(of: [key]).isEmpty)
        await auctioneer.request([key])
        await auctioneer.withdraw([key])
        #expect(await auctioneer.lastRefusals(of: [key]).isEmpty)
        #expect(await auctioneer.askedTimes(of: [key]).isEmpty)
    }

    @Test("a cell that does not answer to work gets no more of the same auction")
    func lostCell() async throws {
        let cluster = try await Cluster(cells: ["a", "b"])
        let auctioneer = auctioneer(cluster)
        await cluster.cells.deafen("b")
        try await cluster.bbs.desire(.fixture("app", instances: 6))
        await auctioneer.request((0..<6).map { .fixture("app", $0) })
        await auctioneer.auction()
        try await cluster.cells.report(to: cluster.bbs)
        // One was given to the cell that is gone; convergence asks for it again.
        #expect(await cluster.cells.running.mapValues(\.count) == ["a": 5])
    }

    @Test("a cell that appears while others are asked is asked at once after the auction")
    func newCell() async throws {
        let cluster = try await Cluster(cells: ["a"])
        let auctioneer = auctioneer(cluster)
        try await cluster.bbs.desire(.fixture("app", memoryMB: 4_096))
        await auctioneer.request([.fixture("app")])
        await auctioneer.auction()
        #expect(await auctioneer.askedTimes(of: [.fixture("app")]).isEmpty)
        let store = cluster.store
        await cluster.cells.whenAsked {
            _ = try? await store.registerCell(.fixture("late"), timeToLive: .seconds(60), session: "s")
        }
        await auctioneer.request([.fixture("app")])
        await auctioneer.auction()
        #expect(await auctioneer.askedTimes(of: [.fixture("app")]).count == 1)
    }

    @Test("tasks are handed out, and what no cell takes is rejected")
    func tasks() async throws {
        let cluster = try await Cluster(cells: ["a"])
        let auctioneer = auctioneer(cluster)
        try await cluster.store.desireTask("small", domain: "apps", .fixture())
        try await cluster.store.desireTask("large", domain: "apps", .fixture(memoryMB: 10_000))
        await auctioneer.request(tasks: ["small", "large", "unknown"])
        await auctioneer.auction()
        #expect(await cluster.cells.tasks.map(\.guid) == ["small"])
        let rejected = try await cluster.store.task("large")
        #expect(rejected.rejectionReason == "insufficient resources: memory")
        #expect(rejected.rejectionCount == 1)
        try await cluster.store.setFeatureFlag(.diegoDocker, enabled: false, by: "a test")
        await auctioneer.request(tasks: ["small"])
        await auctioneer.auction()
        let refused = try await cluster.store.task("small")
        #expect(refused.rejectionReason == "not admitted: feature flag diego_docker is disabled")
        #expect(refused.rejectionCount == 0)
    }

    @Test("a task that another cell has started meanwhile goes on there when one declines it")
    func declinedTooLate() async throws {
        let cluster = try await Cluster(cells: ["a"])
        let (auctioneer, store) = (auctioneer(cluster), cluster.store)
        try await store.desireTask("task", domain: "apps", .fixture())
        await cluster.cells.decline(true)
        await cluster.cells.whenGivenWork { _ = try? await store.startTask("task", on: "b") }
        await auctioneer.request(tasks: ["task"])
        await auctioneer.auction()
        #expect(try await store.task("task").state == .running("b"))
        #expect(try await store.task("task").rejectionCount == 0)
    }
}
