public import MartletModels

/// Decides which cell takes which instance (auctioneer section 1.7), or why none does.
///
/// Index 0 of every process comes before any other index, so that a crowd of instances of one app does not keep
/// another from running at all; among equals, large ones first. Ties between cells go to the smaller cell id, so the
/// same input always gives the same answer.
///
/// - Parameters:
///   - cells: cells that answered; evacuating ones are never chosen but get a verdict.
///   - unreachable: cells that did not answer, and why.
/// - Complexity: O(instances × cells).
public func schedule(
    _ requests: [LRPStartRequest],
    cells: [CellState],
    unreachable: [CellID: String] = [:],
    configuration: AuctionConfiguration = AuctionConfiguration()
) -> AuctionResult {
    var auction = Auction(cells: cells, unreachable: unreachable, configuration: configuration)
    for work in inOrder(requests) { auction.place(work) }
    return auction.result
}

/// Distinct instances, first occurrence wins, in the order of their turns.
private func inOrder(_ requests: [LRPStartRequest]) -> [CellLRP] {
    var seen: Set<ActualLRPKey> = []
    return requests.flatMap(\.work)
        .filter { seen.insert($0.key).inserted }
        .sorted { ($0.key.index, -$0.memoryMB, $0.key) < ($1.key.index, -$1.memoryMB, $1.key) }
}

/// The cells as they fill up during one auction.
struct Auction {
    private(set) var result = AuctionResult()
    private var cells: [AuctionCell]
    private let unreachable: [CellVerdict]
    private let configuration: AuctionConfiguration
    private var inFlight: Int

    init(cells: [CellState], unreachable: [CellID: String], configuration: AuctionConfiguration) {
        self.cells = cells.map(AuctionCell.init).sorted { $0.state.cellID < $1.state.cellID }
        self.unreachable = unreachable.sorted { $0.key < $1.key }.map { cellID, reason in
            CellVerdict(cellID: cellID, zone: "", problems: [.unreachable(reason)])
        }
        self.configuration = configuration
        inFlight = cells.filter { !$0.evacuating }.reduce(0) { $0 + $1.startingContainerCount }
    }

    mutating func place(_ work: CellLRP) {
        let maximum = configuration.startingContainerCountMaximum
        if maximum > 0 && inFlight >= maximum {
            return refuse(
                work,
                "waiting to start instance: reached in-flight start limit",
                limit: PlacementRefusal.InFlightLimit(maximum: maximum, starting: inFlight)
            )
        }
        guard let winner = winner(for: work) else {
            return refuse(work, refusalText(for: work, verdicts: verdicts(on: work)))
        }
        cells[winner].reserve(work)
        inFlight += 1
        result.placements.append(Placement(cellID: cells[winner].state.cellID, work: work))
    }

    /// The position of the best cell: fewest instances of the process in its zone first, then the lowest score.
    private func winner(for work: CellLRP) -> Int? {
        var instancesByZone: [String: Int] = [:]
        for cell in cells where !cell.state.evacuating {
            instancesByZone[cell.state.zone, default: 0] += cell.instances(of: work)
        }
        var best: (zoneInstances: Int, score: Double, position: Int)?
        for (position, cell) in cells.enumerated() where cell.state.problems(with: work).isEmpty {
            let zoneInstances = instancesByZone[cell.state.zone, default: 0]
            let score = cell.score(work, configuration)
            if let best, (best.zoneInstances, best.score) <= (zoneInstances, score) { continue }
            best = (zoneInstances, score, position)
        }
        return best?.position
    }

    private mutating func refuse(_ work: CellLRP, _ text: String, limit: PlacementRefusal.InFlightLimit? = nil) {
        result.refusals.append(
            PlacementRefusal(key: work.key, text: text, inFlightLimit: limit, verdicts: verdicts(on: work))
        )
    }

    private func verdicts(on work: CellLRP) -> [CellVerdict] {
        let judged = cells.map { cell in
            CellVerdict(cellID: cell.state.cellID, zone: cell.state.zone, problems: cell.state.problems(with: work))
        }
        return (judged + unreachable).sorted { $0.cellID < $1.cellID }
    }
}
