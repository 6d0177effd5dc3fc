/// The cells that can take one demand, by zone.
struct Candidates: Sendable {
    /// Empty until wanted; then one for each zone.
    var queues: [CellQueue] = []

    var isBuilt: Bool { !queues.isEmpty }
    var entryCount: Int { queues.reduce(0) { $0 + $1.count } }

    /// Finds all cells that fit now.
    mutating func build(_ table: CellTable, _ demand: Demand, stages: [PlacementProblem.Stage?], weight: Double) {
        var entries: [[CellQueue.Entry]] = Array(repeating: [], count: table.zoneCount)
        for (position, row) in table.rows.enumerated() where stages[position] == nil && row.fits(demand) {
            entries[row.zone].append(
                CellQueue.Entry(score: row.score(demand, startingWeight: weight), cell: Int32(position))
            )
        }
        queues = entries.map(CellQueue.init)
    }

    /// The best cell of a zone; its score counts the neighbours.
    ///
    /// - Parameters:
    ///   - neighbours: instances of the same process on each cell.
    ///   - floor: how many of them each cell that fits has at least.
    /// - Returns: also a new floor when all cells had to be looked at.
    mutating func best(
        in zone: Int,
        _ rows: [CellRow],
        _ demand: Demand,
        weight: Double,
        neighbours: [Int32],
        floor: Int
    ) -> (entry: CellQueue.Entry?, newFloor: Int?) {
        var best: CellQueue.Entry?
        var passedOver: [CellQueue.Entry] = []
        while let top = queues[zone].top {
            let bound = CellQueue.Entry(score: top.score.with(neighbours: floor), cell: top.cell)
            if let best, best < bound { break }
            let row = rows[Int(top.cell)]
            guard row.fits(demand) else {
                queues[zone].removeTop()
                continue
            }
            let score = row.score(demand, startingWeight: weight)
            guard score == top.score else {
                queues[zone].replaceTop(CellQueue.Entry(score: score, cell: top.cell))
                continue
            }
            let count = Int(neighbours[Int(top.cell)])
            let entry = CellQueue.Entry(score: score.with(neighbours: count), cell: top.cell)
            if best.map({ entry < $0 }) ?? true { best = entry }
            if count == floor { break }
            queues[zone].removeTop()
            passedOver.append(top)
            if passedOver.count == Self.searchLimit { break }
        }
        for entry in passedOver { queues[zone].push(entry) }
        guard passedOver.count == Self.searchLimit else { return (best, nil) }
        return scan(zone, rows, demand, weight: weight, neighbours: neighbours)
    }

    /// Looks at every cell, and brings all scores up to date.
    private mutating func scan(
        _ zone: Int,
        _ rows: [CellRow],
        _ demand: Demand,
        weight: Double,
        neighbours: [Int32]
    ) -> (entry: CellQueue.Entry?, newFloor: Int?) {
        var entries: [CellQueue.Entry] = []
        var best: CellQueue.Entry?
        var floor = Int.max
        entries.reserveCapacity(queues[zone].count)
        for old in queues[zone].entries where rows[Int(old.cell)].fits(demand) {
            let score = rows[Int(old.cell)].score(demand, startingWeight: weight)
            let count = Int(neighbours[Int(old.cell)])
            let entry = CellQueue.Entry(score: score.with(neighbours: count), cell: old.cell)
            entries.append(CellQueue.Entry(score: score, cell: old.cell))
            if best.map({ entry < $0 }) ?? true { best = entry }
            floor = min(floor, count)
        }
        queues[zone] = CellQueue(entries)
        return (best, best == nil ? nil : floor)
    }

    /// Cells of the same process that are passed over before all cells are looked at.
    private static let searchLimit = 16
}
