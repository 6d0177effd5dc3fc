import MartletModels

/// Which cells hold instances of which process. Only of processes that are part of the auction.
///
/// A process on few cells is a short list, which is laid open when the process has its turn; one on many keeps its
/// counts open all the time.
struct Holdings: Sendable {
    private struct Holding: Sendable {
        var cell: Int32
        var count: Int32
    }

    /// How many instances each cell has, and each zone, without cells that cannot be used.
    private struct Counts: Sendable {
        var cells: [Int32]
        var zones: [Int]
    }

    private struct Floors: Sendable {
        var demand: Int
        var zones: [Int]
    }

    /// By the number of the process; empty for those in `open`.
    private var lists: [[Holding]]
    private var open: [Int: Counts] = [:]
    /// Of the process that had its turn last among those with a list, whose list has old counts.
    private var shown: Int?
    private var counts: Counts
    private var floors: [Int: Floors] = [:]

    init(processes: [ProcessGUID: Int], cells: [CellState], zoneCount: Int) {
        lists = Array(repeating: [], count: processes.count)
        counts = Counts(
            cells: Array(repeating: 0, count: cells.count),
            zones: Array(repeating: 0, count: zoneCount)
        )
        for (position, cell) in cells.enumerated() {
            for lrp in cell.lrps {
                guard let process = processes[lrp.key.processGUID] else { continue }
                if let last = lists[process].last, last.cell == Int32(position) {
                    lists[process][lists[process].count - 1].count += 1
                } else {
                    lists[process].append(Holding(cell: Int32(position), count: 1))
                }
            }
        }
    }

    /// How many instances of the process each cell and each zone has.
    mutating func show(_ process: Int, rows: [CellRow]) -> (cells: [Int32], zones: [Int]) {
        if !open.isEmpty, let counts = open[process] { return (counts.cells, counts.zones) }
        if shown != process {
            hide()
            for holding in lists[process] {
                let cell = Int(holding.cell)
                counts.cells[cell] = holding.count
                if rows[cell].isUsable { counts.zones[rows[cell].zone] += Int(holding.count) }
            }
            shown = process
        }
        guard lists[process].count > counts.cells.count / 8 else { return (counts.cells, counts.zones) }
        open[process] = counts
        hide()
        lists[process] = []
        return open[process].map { ($0.cells, $0.zones) } ?? (counts.cells, counts.zones)
    }

    private mutating func hide() {
        guard let shown else { return }
        for position in lists[shown].indices {
            let cell = Int(lists[shown][position].cell)
            lists[shown][position].count = counts.cells[cell]
            counts.cells[cell] = 0
        }
        for zone in counts.zones.indices { counts.zones[zone] = 0 }
        self.shown = nil
    }

    /// The cell cannot be used any more, so its zone has less.
    mutating func lose(_ cell: Int, zone: Int) {
        hide()
        for process in open.keys {
            guard let count = open[process]?.cells[cell] else { continue }
            open[process]?.zones[zone] -= Int(count)
        }
    }

    /// One more instance of a process that was shown last.
    mutating func add(_ process: Int, to cell: Int, zone: Int) {
        if shown == process {
            if counts.cells[cell] == 0 { lists[process].append(Holding(cell: Int32(cell), count: 1)) }
            counts.cells[cell] += 1
            counts.zones[zone] += 1
        } else {
            open[process]?.cells[cell] += 1
            open[process]?.zones[zone] += 1
        }
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
            floors[process] = Floors(demand: demand, zones: Array(repeating: 0, count: counts.zones.count))
        }
        floors[process]?.zones[zone] = floor
    }
}
