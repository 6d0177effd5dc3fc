import MartletModels

/// The numbers of a cell that change while an auction fills it up, close together in memory.
struct CellRow: Sendable {
    /// MiB left; the same for disk, and containers.
    private(set) var memoryMB: Int
    private(set) var diskMB: Int
    private(set) var containers: Int
    private(set) var starting: Int
    private(set) var tasks: Int
    let total: CellCapacity
    /// Its place in the list of zones.
    let zone: Int
    /// Neither evacuating nor lost.
    private(set) var isUsable: Bool

    init(_ state: CellState, zone: Int) {
        (memoryMB, diskMB) = (state.available.memoryMB, state.available.diskMB)
        containers = state.available.containers
        starting = state.startingContainerCount
        tasks = state.tasks.count
        total = state.total
        self.zone = zone
        isUsable = !state.evacuating
    }

    var available: CellCapacity { CellCapacity(memoryMB: memoryMB, diskMB: diskMB, containers: containers) }

    func fits(_ demand: Demand) -> Bool {
        isUsable && memoryMB >= demand.memoryMB && diskMB >= demand.diskMB && containers >= 1 && total.isComplete
    }

    /// Takes what the work needs, so that the next one sees what is left.
    mutating func reserve(_ demand: Demand) {
        memoryMB -= demand.memoryMB
        diskMB -= demand.diskMB
        containers -= 1
        starting += 1
        if demand.isTask { tasks += 1 }
    }

    mutating func lose() { isUsable = false }

    /// How bad a place it is, whatever else of the same process it has; the lowest wins. It never falls during an
    /// auction. Only meaningful for a cell that fits.
    func score(_ demand: Demand, startingWeight: Double) -> Score {
        let used =
            load(memoryMB - demand.memoryMB, of: total.memoryMB) + load(diskMB - demand.diskMB, of: total.diskMB)
            + load(containers - 1, of: total.containers)
        let score = Score(used / 3 + startingWeight * Double(starting))
        return demand.isTask ? score.with(neighbours: tasks) : score
    }

    private func load(_ available: Int, of total: Int) -> Double { 1 - Double(available) / Double(total) }
}
