import MartletAuction
import MartletModels
import MartletTestSupport
import Testing

@Suite("Properties of an auction")
struct AuctionPropertyTests {
    private func randomCells(_ random: inout SplitMix64) -> [CellState] {
        (0..<Int.random(in: 0...6, using: &random)).map { number in
            var cell = CellState.fixture(
                "cell-\(number)",
                zone: random.pick(["z1", "z2", "z3"]),
                memoryMB: random.pick([0, 256, 1_024]),
                diskMB: random.pick([128, 1_024]),
                containers: Int.random(in: 0...5, using: &random)
            )
            cell.evacuating = random.once(in: 8)
            cell.placementTags = random.once(in: 4) ? ["gpu"] : []
            cell.optionalPlacementTags = random.once(in: 3) ? ["ssd"] : []
            if random.once(in: 4) { cell.rootFSProviders = [RootFSProvider(name: "docker")] }
            if random.once(in: 4) { cell.volumeDrivers = ["nfs"] }
            cell.startingContainerCount = Int.random(in: 0...2, using: &random)
            return cell
        }
    }

    private func randomRequests(_ random: inout SplitMix64) -> [LRPStartRequest] {
        (0..<Int.random(in: 1...8, using: &random)).map { number in
            LRPStartRequest(
                processGUID: ProcessGUID("app-\(number % 6)"),
                domain: "apps",
                indices: (0..<Int.random(in: 1...4, using: &random)).map { _ in Int.random(in: 0...3, using: &random) },
                memoryMB: random.pick([0, 64, 200]),
                diskMB: random.pick([0, 64, 500]),
                rootFS: RootFS(random.pick(["docker:///a/b", "preloaded:stack", "oci:x"])),
                placementTags: random.pick([[], [], ["gpu"], ["gpu", "ssd"]]),
                volumeDrivers: random.once(in: 6) ? ["nfs"] : []
            )
        }
    }

    /// The rules of section 1.7 written a second time, as one condition.
    private func fits(_ work: CellLRP, _ cell: CellState, _ available: CellCapacity) -> Bool {
        let rootFS = cell.rootFSProviders.contains { $0.provides(work.rootFS) }
        let volumes = work.volumeDrivers.allSatisfy(cell.volumeDrivers.contains)
        let tags =
            cell.placementTags.allSatisfy(work.placementTags.contains)
            && work.placementTags.allSatisfy {
                cell.placementTags.contains($0) || cell.optionalPlacementTags.contains($0)
            }
        let room =
            available.memoryMB >= work.memoryMB && available.diskMB >= work.diskMB && available.containers >= 1
            && cell.total.memoryMB > 0 && cell.total.diskMB > 0 && cell.total.containers > 0
        return !cell.evacuating && rootFS && volumes && tags && room
    }

    @Test("nothing is over-placed, nothing lands where it does not fit, and a refusal is the truth", arguments: 1...150)
    func neverWrong(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (cells, requests) = (randomCells(&random), randomRequests(&random))
        let limit = random.once(in: 3) ? Int.random(in: 1...12, using: &random) : 0
        let result = schedule(
            requests,
            cells: cells,
            configuration: AuctionConfiguration(startingContainerCountMaximum: limit)
        )
        let byID = Dictionary(uniqueKeysWithValues: cells.map { ($0.cellID, $0) })
        var available = byID.mapValues(\.available)
        for placement in result.placements {
            let cell = try #require(byID[placement.cellID])
            #expect(fits(placement.work, cell, try #require(available[placement.cellID])))
            available[placement.cellID]?.memoryMB -= placement.work.memoryMB
            available[placement.cellID]?.diskMB -= placement.work.diskMB
            available[placement.cellID]?.containers -= 1
        }
        let work = requests.flatMap(\.work)
        #expect(Set(work.map(\.key)) == Set(result.placements.map(\.key) + result.refusals.map(\.key)))
        #expect(result.placements.count + result.refusals.count == Set(work.map(\.key)).count)
        checkRefusals(result, work: work, cells: cells, left: available)
        if limit > 0 {
            let inFlight = cells.filter { !$0.evacuating }.reduce(0) { $0 + $1.startingContainerCount }
            #expect(result.placements.count <= max(0, limit - inFlight))
        }
    }

    /// A verdict without problems only ever appears beside the in-flight limit; what did not fit then, does not fit
    /// when even less is left.
    private func checkRefusals(
        _ result: AuctionResult,
        work: [CellLRP],
        cells: [CellState],
        left: [CellID: CellCapacity]
    ) {
        for refusal in result.refusals {
            #expect(refusal.verdicts.map(\.cellID) == cells.map(\.cellID).sorted())
            guard refusal.inFlightLimit == nil, let wanted = work.first(where: { $0.key == refusal.key }) else {
                continue
            }
            for (verdict, cell) in zip(refusal.verdicts, cells.sorted { $0.cellID < $1.cellID }) {
                #expect(!verdict.problems.isEmpty)
                #expect(!fits(wanted, cell, left[cell.cellID] ?? cell.available))
            }
        }
    }

    @Test("the order of cells and requests does not matter", arguments: 1...40)
    func deterministic(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let cells = randomCells(&random)
        let requests = Dictionary(grouping: randomRequests(&random), by: \.processGUID).compactMap(\.value.first)
        let first = schedule(requests, cells: cells)
        #expect(schedule(requests.shuffled(using: &random), cells: cells.shuffled(using: &random)) == first)
    }
}
