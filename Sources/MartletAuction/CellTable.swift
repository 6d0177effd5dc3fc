import MartletModels

/// All cells that answered, by cell id, as they fill up during an auction.
struct CellTable: Sendable {
    /// As answered; what is left of them is in `rows`.
    let states: [CellState]
    private(set) var rows: [CellRow]
    let zoneCount: Int
    /// Goes up with every change, so that equal versions have equal problems.
    private(set) var version = 0
    private var lost: [Int: String] = [:]
    private let unreachable: [CellVerdict]

    init(_ cells: [CellState], unreachable: [CellID: String]) {
        states = cells.sorted { $0.cellID < $1.cellID }
        var zones: [String: Int] = [:]
        rows = states.map { state in
            let zone = zones[state.zone] ?? zones.count
            zones[state.zone] = zone
            return CellRow(state, zone: zone)
        }
        zoneCount = zones.count
        self.unreachable = unreachable.sorted { $0.key < $1.key }.map { cellID, reason in
            CellVerdict(cellID: cellID, zone: "", problems: [.unreachable(reason)])
        }
    }

    var startingCount: Int { rows.reduce(0) { $0 + ($1.isUsable ? $1.starting : 0) } }

    /// How many verdicts one refusal has.
    var verdictCount: Int { states.count + unreachable.count }

    func position(of cellID: CellID) -> Int? {
        var (low, high) = (0, states.count)
        while low < high {
            let middle = (low + high) / 2
            if states[middle].cellID < cellID { low = middle + 1 } else { high = middle }
        }
        return low < states.count && states[low].cellID == cellID ? low : nil
    }

    mutating func reserve(_ demand: Demand, on cell: Int) {
        rows[cell].reserve(demand)
        version += 1
    }

    mutating func lose(_ cell: Int, _ reason: String) {
        rows[cell].lose()
        lost[cell] = reason
        version += 1
    }

    func verdicts(on demand: Demand) -> [CellVerdict] {
        let judged = states.indices.map { verdict(on: demand, $0) }
        return unreachable.isEmpty ? judged : (judged + unreachable).sorted { $0.cellID < $1.cellID }
    }

    private func verdict(on demand: Demand, _ cell: Int) -> CellVerdict {
        var state = states[cell]
        if let reason = lost[cell] {
            return CellVerdict(cellID: state.cellID, zone: "", problems: [.unreachable(reason)])
        }
        state.available = rows[cell].available
        return CellVerdict(cellID: state.cellID, zone: state.zone, problems: state.problems(with: demand))
    }

    /// The stage at which each cell fails because of what it is, not of what it has left; `nil` when it does not.
    func constraintStages(_ demand: Demand) -> [PlacementProblem.Stage?] {
        states.map { $0.constraintProblems(with: demand).map(\.stage).min() }
    }
}
