import MartletModels
import MartletTestSupport
import Testing

@testable import MartletAuction

@Suite("Placing instances")
struct ScheduleTests {
    private func request(
        _ guid: String,
        _ indices: [Int] = [0],
        memoryMB: Int = 64,
        rootFS: String = "docker:///library/busybox",
        tags: [String] = [],
        drivers: [String] = []
    ) -> LRPStartRequest {
        LRPStartRequest(
            processGUID: ProcessGUID(guid),
            domain: "apps",
            indices: indices,
            memoryMB: memoryMB,
            diskMB: 64,
            rootFS: RootFS(rootFS),
            placementTags: tags,
            volumeDrivers: drivers
        )
    }

    private func cellsOf(_ result: AuctionResult) -> [String] { result.placements.map(\.cellID.rawValue) }

    @Test("index 0 of every process comes before any other index, and large ones before small ones")
    func order() {
        let result = schedule(
            [request("a", [1, 0], memoryMB: 32), request("b", [0, 1], memoryMB: 64)],
            cells: [.fixture("one")]
        )
        #expect(result.placements.map(\.key.description) == ["b/0", "a/0", "b/1", "a/1"])
    }

    @Test("an instance that is asked for twice is placed once")
    func distinct() {
        let result = schedule([request("a", [0, 0]), request("a")], cells: [.fixture("one"), .fixture("two")])
        #expect(result.placements.count == 1)
    }

    @Test("a tie goes to the smaller cell id, whatever the order of the cells")
    func tie() {
        for cells in [["b", "a", "c"], ["c", "b", "a"]] {
            #expect(cellsOf(schedule([request("app")], cells: cells.map { .fixture($0) })) == ["a"])
        }
    }

    @Test("instances of one process spread over zones first, then over cells")
    func spread() {
        let cells: [CellState] = [
            .fixture("a1", zone: "z1"), .fixture("a2", zone: "z1", memoryMB: 4_096), .fixture("b1", zone: "z2"),
        ]
        let result = schedule([request("app", [0, 1, 2, 3])], cells: cells)
        #expect(cellsOf(result) == ["a2", "b1", "a1", "b1"])
    }

    @Test("the emptier zone is passed over when no cell in it fits")
    func nextZone() {
        var full = CellState.fixture("b1", zone: "z2")
        full.available.containers = 0
        var used = CellState.fixture("a1")
        used.lrps = request("app", [7]).work
        #expect(cellsOf(schedule([request("app")], cells: [used, full])) == ["a1"])
    }

    @Test("a container in creation counts against its cell")
    func starting() {
        var busy = CellState.fixture("a")
        busy.startingContainerCount = 1
        #expect(cellsOf(schedule([request("app")], cells: [busy, .fixture("b")])) == ["b"])
    }

    @Test("what one instance takes, the next one does not get")
    func reserve() {
        let result = schedule(
            [request("a", memoryMB: 600), request("b", memoryMB: 600)],
            cells: [.fixture("one", memoryMB: 1_000)]
        )
        #expect(result.placements.map(\.key.description) == ["a/0"])
        #expect(result.refusals.map(\.text) == ["insufficient resources: memory"])
        #expect(
            result.refusals.first?.verdicts == [
                CellVerdict(cellID: "one", zone: "z1", problems: [.memory(needed: 600, available: 400)])
            ]
        )
    }

    @Test("the limit of containers in creation refuses what comes after it")
    func inFlight() {
        var cell = CellState.fixture("one")
        cell.startingContainerCount = 1
        let result = schedule(
            [request("app", [0, 1, 2])],
            cells: [cell],
            configuration: AuctionConfiguration(startingContainerCountMaximum: 3)
        )
        #expect(result.placements.count == 2)
        #expect(
            result.refusals == [
                PlacementRefusal(
                    key: .fixture("app", 2),
                    text: "waiting to start instance: reached in-flight start limit",
                    inFlightLimit: .init(maximum: 3, starting: 3),
                    verdicts: [CellVerdict(cellID: "one", zone: "z1", problems: [])]
                )
            ]
        )
    }

    @Test("a cell without capacity is never chosen")
    func noCapacity() {
        let cell = CellState.fixture("zero", memoryMB: 0, diskMB: 0, containers: 16)
        var work = request("app", memoryMB: 0)
        work.diskMB = 0
        let result = schedule([work], cells: [cell])
        #expect(result.placements.isEmpty)
        #expect(result.refusals.map(\.text) == ["insufficient resources"])
    }

    @Test("work goes out one request a cell, by cell id")
    func orders() {
        let result = schedule([request("app", [0, 1, 2])], cells: [.fixture("b"), .fixture("a")])
        #expect(result.orders.map(\.cellID) == ["a", "b"])
        #expect(result.orders.map { $0.lrps.map(\.key.index) } == [[0, 2], [1]])
    }
}
