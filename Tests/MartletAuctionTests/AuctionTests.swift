import MartletModels
import MartletTestSupport
import Testing

@testable import MartletAuction

@Suite("An auction against the plain rules")
struct AuctionTests {
    private func expected(_ input: RandomAuction) -> AuctionResult {
        var reference = ReferenceSchedule(
            cells: input.cells,
            unreachable: input.unreachable,
            configuration: input.configuration
        )
        reference.run(input.requests, tasks: input.tasks)
        return reference.result
    }

    private func auction(_ input: RandomAuction, verdictLimit: Int = Auction.verdictLimit) -> Auction {
        Auction(
            input.requests,
            tasks: input.tasks,
            cells: input.cells,
            unreachable: input.unreachable,
            configuration: input.configuration,
            verdictLimit: verdictLimit
        )
    }

    private func expectSame(_ input: RandomAuction, parts: Int) {
        var auction = auction(input)
        var result = AuctionResult()
        while true {
            let items = auction.take(parts)
            guard !items.isEmpty else { break }
            let part = auction.decide(items)
            result.placements += part.placements
            result.refusals += part.refusals
            result.taskPlacements += part.taskPlacements
            result.taskRefusals += part.taskRefusals
        }
        #expect(result == expected(input))
    }

    @Test("few cells, every kind of obstacle", arguments: UInt64(1)...400)
    func obstacles(seed: UInt64) {
        let input = RandomAuction(seed: seed, cellLimit: 7, processLimit: 5, indexLimit: 5)
        expectSame(input, parts: seed % 2 == 0 ? 1_000 : 3)
    }

    @Test("many cells, and processes with more instances than cells", arguments: UInt64(1)...60)
    func crowds(seed: UInt64) {
        let input = RandomAuction(seed: seed, cellLimit: 90, processLimit: 3, indexLimit: 260, plain: true)
        expectSame(input, parts: 100)
    }

    @Test("many cells and many processes", arguments: UInt64(1)...60)
    func many(seed: UInt64) {
        let input = RandomAuction(seed: seed, cellLimit: 60, processLimit: 40, indexLimit: 12, plain: seed % 2 == 0)
        expectSame(input, parts: 64)
    }

    @Test("a cell that is lost on the way gets nothing more, and its verdict says why")
    func lose() {
        let request = LRPStartRequest(
            processGUID: "app",
            domain: "apps",
            indices: Array(0..<4),
            memoryMB: 64,
            diskMB: 64,
            rootFS: RootFS("docker:///a")
        )
        var auction = Auction([request], cells: [.fixture("a"), .fixture("b", containers: 2)])
        #expect(auction.decide(auction.take(2)).placements.map(\.cellID) == ["a", "b"])
        auction.lose("a", because: "timed out")
        let result = auction.decide(auction.take(10))
        #expect(result.placements.map(\.cellID) == ["b"])
        #expect(result.refusals.map(\.text) == ["insufficient resources: containers"])
        #expect(
            result.refusals.first?.verdicts == [
                CellVerdict(cellID: "a", zone: "", problems: [.unreachable("timed out")]),
                CellVerdict(cellID: "b", zone: "z1", problems: [.containers(available: 0)]),
            ]
        )
        #expect(auction.take(1).isEmpty)
    }

    @Test("refusals for one reason share one list of verdicts")
    func shared() {
        let request = LRPStartRequest(
            processGUID: "app",
            domain: "apps",
            indices: Array(0..<1_000),
            memoryMB: 640,
            diskMB: 64,
            rootFS: RootFS("docker:///a")
        )
        let result = schedule([request], cells: (0..<20).map { .fixture("c\($0)", memoryMB: 100) })
        #expect(result.refusals.count == 1_000)
        #expect(result.verdictCount == 20)
    }

    @Test("verdicts are bounded; beyond that they stay true, and texts stay exact", arguments: UInt64(1)...60)
    func bounded(seed: UInt64) {
        let input = RandomAuction(seed: seed, cellLimit: 7, processLimit: 5, indexLimit: 5)
        var auction = auction(input, verdictLimit: 20)
        let result = auction.decide(auction.take(.max))
        let expected = expected(input)
        #expect(result.placements == expected.placements)
        #expect(result.refusals.map(\.text) == expected.refusals.map(\.text))
        #expect(result.verdictCount <= 20)
        for refusal in result.refusals where refusal.inFlightLimit == nil {
            #expect(refusal.verdicts.allSatisfy { !$0.problems.isEmpty })
        }
    }

    @Test("tasks have their turn between the first instances and all others, and keep away from each other")
    func tasks() {
        let request = LRPStartRequest(
            processGUID: "app",
            domain: "apps",
            indices: [0, 1],
            memoryMB: 64,
            diskMB: 64,
            rootFS: RootFS("docker:///a")
        )
        func task(_ guid: String, memoryMB: Int) -> TaskStartRequest {
            TaskStartRequest(
                CellTask(
                    guid: TaskGUID(guid),
                    domain: "apps",
                    memoryMB: memoryMB,
                    diskMB: 1,
                    maxPIDs: 0,
                    rootFS: RootFS("docker:///a")
                )
            )
        }
        let tasks = [task("small", memoryMB: 10), task("large", memoryMB: 500), task("large", memoryMB: 1)]
        var auction = Auction([request], tasks: tasks, cells: [.fixture("a"), .fixture("b")])
        let items = auction.take(.max)
        let names = items.map { item in
            switch item.work {
            case .lrp(let lrp): "\(lrp.key)"
            case .task(let task): "\(task.guid)"
            }
        }
        #expect(names == ["app/0", "large", "small", "app/1"])
        let result = auction.decide(items)
        #expect(result.taskPlacements.map { "\($0.work.guid) \($0.cellID)" } == ["large b", "small a"])
        #expect(result.orders.map(\.tasks.count) == [1, 1])
    }
}
