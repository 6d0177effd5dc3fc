import MartletModels

/// A cell during an auction: its state as answered, less what has been given to it since.
struct AuctionCell {
    private(set) var state: CellState
    private var instances: [ProcessGUID: Int]

    init(_ state: CellState) {
        self.state = state
        instances = state.lrps.reduce(into: [:]) { $0[$1.key.processGUID, default: 0] += 1 }
    }

    /// Instances of the same process here, in any state.
    func instances(of work: CellLRP) -> Int { instances[work.key.processGUID, default: 0] }

    /// How bad a place it is; the lowest wins. Only meaningful for a cell without problems.
    func score(_ work: CellLRP, _ configuration: AuctionConfiguration) -> Double {
        let used =
            load(state.available.memoryMB - work.memoryMB, of: state.total.memoryMB)
            + load(state.available.diskMB - work.diskMB, of: state.total.diskMB)
            + load(state.available.containers - 1, of: state.total.containers)
        return used / 3
            + configuration.startingContainerWeight * Double(state.startingContainerCount)
            + AuctionConfiguration.localityOffset * Double(instances(of: work))
    }

    /// Takes what the instance needs, so that the next one sees what is left.
    mutating func reserve(_ work: CellLRP) {
        state.available.memoryMB -= work.memoryMB
        state.available.diskMB -= work.diskMB
        state.available.containers -= 1
        state.startingContainerCount += 1
        state.lrps.append(work)
        instances[work.key.processGUID, default: 0] += 1
    }

    private func load(_ available: Int, of total: Int) -> Double { 1 - Double(available) / Double(total) }
}
