import MartletModels

/// Which cells hold instances of which process. Only of processes that are part of the auction.
///
/// One process at a time is shown: its counts lie open by cell and by zone, and change as it is given more.
struct Holdings: Sendable {
    private struct Holding: Sendable {
        var cell: Int32
        var count: Int32
    }

    private struct Floors: Sendable {
        var demand: Int
        var zones: [Int]
    }

    /// By the number of the process; those of the shown one have old counts.
    private var holdings: [[Holding]]
    private var shown: Int?
    /// How many instances of the shown process each cell holds.
    private(set) var counts: [Int32]
    /// The same by zone, without cells that cannot be used.
    private(set) var zoneCounts: [Int]
    private var floors: [Int: Floors] = [:]

    init(processes: [ProcessGUID: Int], cells: [CellState], zoneCount: Int) {
        holdings = Array(repeating: [], count: processes.count)
        counts = Array(repeating: 0, count: cells.count)
        zoneCounts = Array(repeating: 0, count: zoneCount)
        for (position, cell) in cells.enumerated() {
            for lrp in cell.lrps {
                guard let process = processes[lrp.key.processGUID] else { continue }
                if let last = holdings[process].last, last.cell == Int32(position) {
                    holdings[process][holdings[process].count - 1].count += 1
                } else {
                    holdings[process].append(Holding(cell: Int32(position), count: 1))
                }
            }
        }
    }

    mutating func show(_ process: Int, rows: [CellRow]) {
        guard shown != process else { return }
        hide()
        for holding in holdings[process] {
            let cell = Int(holding.cell)
            counts[cell] = holding.count
            if rows[cell].isUsable { zoneCounts[rows[cell].zone] += Int(holding.count) }
        }
        shown = process
    }

    /// Until another one is shown; wanted when a cell has become unusable.
    mutating func hide() {
        guard let shown else { return }
        for position in holdings[shown].indices {
            let cell = Int(holdings[shown][position].cell)
            holdings[shown][position].count = counts[cell]
            counts[cell] = 0
        }
        for zone in zoneCounts.indices { zoneCounts[zone] = 0 }
        self.shown = nil
    }

    /// One more instance of the shown process.
    mutating func add(to cell: Int, zone: Int) {
        guard let shown else { return }
        if counts[cell] == 0 { holdings[shown].append(Holding(cell: Int32(cell), count: 1)) }
        counts[cell] += 1
        zoneCounts[zone] += 1
    }

    /// How many instances of the process every cell of the zone that fits the demand has at least. It only grows,
    /// because cells only get fuller.
    func floor(_ process: Int, demand: Int, zone: Int) -> Int {
        guard !floors.isEmpty, let known = floors[process], known.demand == demand else { return 0 }
        return known.zones[zone]
    }

    mutating func raiseFloor(_ process: Int, demand: Int, zone: Int, to floor: Int) {
        guard floor > 0 else { return }
        if floors[process]?.demand != demand {
            floors[process] = Floors(demand: demand, zones: Array(repeating: 0, count: zoneCounts.count))
        }
        floors[process]?.zones[zone] = floor
    }
}
