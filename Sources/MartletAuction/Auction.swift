public import MartletModels

/// One auction: all that wants a cell, and the cells as they fill up (auctioneer section 1.7).
///
/// Work has its turn a part at a time, so that a large auction can hand out what is decided and look again at what
/// still waits. Index 0 of every process comes before tasks, and those before any other index, so that a crowd of
/// instances of one app does not keep another from running at all; among equals, large ones first. Ties between cells
/// go to the smaller cell id, so the same input always gives the same answer.
///
/// Deciding one item costs the logarithm of the number of cells where their scores change little, and at worst one
/// look at every cell.
public struct Auction: Sendable {
    private var order: WorkOrder
    private var table: CellTable
    private let demands: DemandTable
    /// By the number of the constraints; empty until wanted.
    private var stages: [[PlacementProblem.Stage?]]
    /// By the number of the demand.
    private var candidates: [Candidates]
    private var entryCount = 0
    private var holdings: Holdings
    private var evidence: RefusalEvidence
    private var inFlight: Int
    private let configuration: AuctionConfiguration
    /// No instance has neighbours that count beside those that `holdings` knows; tasks have them in their score.
    private let noNeighbours: [Int32]

    /// - Parameters:
    ///   - cells: cells that answered; evacuating ones are never chosen but get a verdict.
    ///   - unreachable: cells that did not answer, and why.
    public init(
        _ requests: [LRPStartRequest],
        tasks: [TaskStartRequest] = [],
        cells: [CellState],
        unreachable: [CellID: String] = [:],
        configuration: AuctionConfiguration = AuctionConfiguration()
    ) {
        self.init(
            requests,
            tasks: tasks,
            cells: cells,
            unreachable: unreachable,
            configuration: configuration,
            verdictLimit: Self.verdictLimit
        )
    }

    init(
        _ requests: [LRPStartRequest],
        tasks: [TaskStartRequest],
        cells: [CellState],
        unreachable: [CellID: String],
        configuration: AuctionConfiguration,
        verdictLimit: Int
    ) {
        var demands = DemandTable(cells: cells)
        order = WorkOrder(requests, tasks: tasks, demands: &demands)
        table = CellTable(cells, unreachable: unreachable)
        holdings = Holdings(processes: order.processes, cells: table.states, zoneCount: table.zoneCount)
        stages = Array(repeating: [], count: demands.constraintDemands.count)
        candidates = Array(repeating: Candidates(), count: demands.demands.count)
        evidence = RefusalEvidence(verdictLimit: verdictLimit)
        inFlight = table.startingCount
        noNeighbours = Array(repeating: 0, count: cells.count)
        self.demands = demands
        self.configuration = configuration
    }

    /// How many distinct instances and tasks there are, those that have had their turn included.
    public var count: Int { order.count }

    /// Those whose turn is next, at most `limit`; none when all have had their turn.
    public mutating func take(_ limit: Int) -> [AuctionItem] { order.take(limit) }

    /// This cell is not to get more: it did not answer when it was given something.
    public mutating func lose(_ cellID: CellID, because reason: String) {
        guard let cell = table.position(of: cellID), table.rows[cell].isUsable else { return }
        holdings.lose(cell, zone: table.rows[cell].zone)
        table.lose(cell, reason)
    }

    /// Decides about items that were taken from this auction, in their order. Those left out are not placed.
    public mutating func decide(_ items: [AuctionItem]) -> AuctionResult {
        evidence.begin()
        var result = AuctionResult()
        for item in items { decide(item, &result) }
        result.verdictCount = evidence.verdictCount
        return result
    }

    private mutating func decide(_ item: AuctionItem, _ result: inout AuctionResult) {
        let maximum = configuration.startingContainerCountMaximum
        if maximum > 0 && inFlight >= maximum {
            let limit = PlacementRefusal.InFlightLimit(maximum: maximum, starting: inFlight)
            return refuse(item, "waiting to start instance: reached in-flight start limit", limit, &result)
        }
        guard let winner = winner(for: item) else {
            return refuse(item, refusalText(for: item), nil, &result)
        }
        table.reserve(demands.demands[item.demand], on: winner)
        if item.process >= 0 { holdings.add(item.process, to: winner, zone: table.rows[winner].zone) }
        inFlight += 1
        let cellID = table.states[winner].cellID
        switch item.work {
        case .lrp(let lrp): result.placements.append(Placement(cellID: cellID, work: lrp))
        case .task(let task): result.taskPlacements.append(TaskPlacement(cellID: cellID, work: task))
        }
    }

    private mutating func refuse(
        _ item: AuctionItem,
        _ text: String,
        _ limit: PlacementRefusal.InFlightLimit?,
        _ result: inout AuctionResult
    ) {
        let verdicts = evidence.verdicts(
            on: item,
            demands.demands[item.demand],
            stages: constraintStages(item.demand),
            table
        )
        switch item.work {
        case .lrp(let lrp):
            result.refusals.append(
                PlacementRefusal(key: lrp.key, text: text, inFlightLimit: limit, verdicts: verdicts)
            )
        case .task(let task):
            result.taskRefusals.append(
                TaskRefusal(guid: task.guid, text: text, inFlightLimit: limit, verdicts: verdicts)
            )
        }
    }

    private mutating func refusalText(for item: AuctionItem) -> String {
        evidence.text(
            of: item.demand,
            demands.demands[item.demand],
            stages: constraintStages(item.demand),
            table
        )
    }

    /// The position of the best cell: fewest instances of the process in its zone first, then the lowest score. Tasks
    /// do not look at zones.
    private mutating func winner(for item: AuctionItem) -> Int? {
        prepare(item.demand)
        guard item.process >= 0 else { return bestForTask(item.demand) }
        let (neighbours, zones) = holdings.show(item.process, rows: table.rows)
        var level = zones.min()
        while let count = level {
            var best: CellQueue.Entry?
            var next: Int?
            for (zone, zoneCount) in zones.enumerated() where zoneCount >= count {
                if zoneCount == count {
                    guard let entry = bestForInstance(item, zone, neighbours) else { continue }
                    best = best.map { min($0, entry) } ?? entry
                } else {
                    next = next.map { min($0, zoneCount) } ?? zoneCount
                }
            }
            if let best { return Int(best.cell) }
            level = next
        }
        return nil
    }

    private mutating func bestForInstance(
        _ item: AuctionItem,
        _ zone: Int,
        _ neighbours: [Int32]
    ) -> CellQueue.Entry? {
        let found = candidates[item.demand].best(
            in: zone,
            table.rows,
            demands.demands[item.demand],
            weight: configuration.startingContainerWeight,
            neighbours: neighbours,
            floor: holdings.floor(item.process, demand: item.demand, zone: zone)
        )
        if let floor = found.newFloor {
            holdings.raiseFloor(item.process, demand: item.demand, zone: zone, to: floor)
        }
        return found.entry
    }

    private mutating func bestForTask(_ demand: Int) -> Int? {
        var best: CellQueue.Entry?
        for zone in 0..<table.zoneCount {
            let found = candidates[demand].best(
                in: zone,
                table.rows,
                demands.demands[demand],
                weight: configuration.startingContainerWeight,
                neighbours: noNeighbours,
                floor: 0
            )
            guard let entry = found.entry else { continue }
            best = best.map { min($0, entry) } ?? entry
        }
        return best.map { Int($0.cell) }
    }

    private mutating func prepare(_ demand: Int) {
        guard !candidates[demand].isBuilt else { return }
        if entryCount > Self.entryLimit {
            for position in candidates.indices { candidates[position].queues = [] }
            entryCount = 0
        }
        candidates[demand].build(
            table,
            demands.demands[demand],
            stages: constraintStages(demand),
            weight: configuration.startingContainerWeight
        )
        entryCount += candidates[demand].entryCount
    }

    private mutating func constraintStages(_ demand: Int) -> [PlacementProblem.Stage?] {
        let number = demands.constraints[demand]
        if stages[number].isEmpty { stages[number] = table.constraintStages(demands.constraintDemands[number]) }
        return stages[number]
    }

    /// Verdicts on cells that the refusals of one call of `decide` may hold, about 130 bytes each.
    static let verdictLimit = 262_144
    /// Places in queues that are kept, 16 bytes each; beyond it they are made anew.
    private static let entryLimit = 4_194_304
}
