import MartletModels
import MartletTestSupport
import Testing

@testable import MartletAuction

@Suite("Refusals")
struct CellVerdictTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var cells: [CellState] = []
        var unreachable: [CellID: String] = [:]
        var rootFS = "docker:///library/busybox"
        var tags: [String] = []
        var drivers: [String] = []
    }

    private static func cell(_ id: CellID, _ change: (inout CellState) -> Void = { _ in }) -> CellState {
        var cell = CellState.fixture(id.rawValue)
        change(&cell)
        return cell
    }

    static let examples: [Example] = [
        Example(testDescription: "no cell", text: "unable to communicate to compatible cells"),
        Example(
            testDescription: "no answer",
            text: "unable to communicate to compatible cells",
            unreachable: ["a": "connection refused"]
        ),
        Example(
            testDescription: "all are being evacuated",
            text: "unable to communicate to compatible cells",
            cells: [cell("a") { $0.evacuating = true }]
        ),
        Example(
            testDescription: "unknown scheme",
            text: "found no compatible cell for required rootfs",
            cells: [cell("a")],
            rootFS: "preloaded:other"
        ),
        Example(
            testDescription: "volume driver",
            text: "found no compatible cell with required volume drivers",
            cells: [cell("a"), cell("b") { $0.rootFSProviders = [] }],
            drivers: ["nfs"]
        ),
        Example(
            testDescription: "no tag asked for, all cells reserved",
            text: "found no compatible cell with no placement tags",
            cells: [cell("a") { $0.placementTags = ["gpu"] }]
        ),
        Example(
            testDescription: "one tag",
            text: "found no compatible cell with placement tag \"gpu\"",
            cells: [cell("a")],
            tags: ["gpu"]
        ),
        Example(
            testDescription: "several tags",
            text: "found no compatible cell with placement tags \"a\", \"b\" and \"c\"",
            cells: [cell("a") { $0.optionalPlacementTags = ["a", "b"] }],
            tags: ["a", "b", "c"]
        ),
        Example(
            testDescription: "the furthest stage wins over a later zone",
            text: "found no compatible cell with placement tag \"gpu\"",
            cells: [
                cell("a"),
                cell("b") {
                    $0.zone = "z2"
                    $0.rootFSProviders = []
                },
            ],
            tags: ["gpu"]
        ),
        Example(
            testDescription: "only what all are short of",
            text: "insufficient resources: memory",
            cells: [
                cell("a") { $0.available = CellCapacity(memoryMB: 0, diskMB: 0, containers: 1) },
                cell("b") { $0.available = CellCapacity(memoryMB: 0, diskMB: 900, containers: 0) },
            ]
        ),
        Example(
            testDescription: "nothing in common",
            text: "insufficient resources",
            cells: [cell("a") { $0.available.memoryMB = 0 }, cell("b") { $0.available.diskMB = 0 }]
        ),
    ]

    @Test("the placement error is the reference's", arguments: examples)
    func text(_ example: Example) {
        let request = LRPStartRequest(
            processGUID: "app",
            domain: "apps",
            indices: [0],
            memoryMB: 64,
            diskMB: 64,
            rootFS: RootFS(example.rootFS),
            placementTags: example.tags,
            volumeDrivers: example.drivers
        )
        let result = schedule([request], cells: example.cells, unreachable: example.unreachable)
        #expect(result.refusals.map(\.text) == [example.text])
        #expect(result.refusals.first?.verdicts.count == example.cells.count + example.unreachable.count)
    }

    @Test("a verdict names every dimension, not only the first, in words")
    func everyDimension() {
        var cell = CellState.fixture("a")
        cell.evacuating = true
        cell.placementTags = ["windows"]
        cell.available = CellCapacity(memoryMB: 10, diskMB: 20, containers: 0)
        let request = LRPStartRequest(
            processGUID: "app",
            domain: "apps",
            indices: [0],
            memoryMB: 64,
            diskMB: 128,
            rootFS: RootFS("preloaded:other"),
            placementTags: ["gpu"],
            volumeDrivers: ["nfs"]
        )
        #expect(
            cell.problems(with: Demand(request)).map(\.description) == [
                "is being evacuated", "cannot provide preloaded:other, only docker, preloaded (stack)",
                "has no volume driver nfs", "lacks placement tag gpu; is reserved for placement tag windows",
                "disk: needs 128 MB, has 20 MB", "memory: needs 64 MB, has 10 MB", "containers: needs 1, has 0",
            ]
        )
    }
}
