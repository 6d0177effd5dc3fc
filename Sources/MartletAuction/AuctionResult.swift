public import MartletModels

/// What an auction decided; every distinct instance of the work is in exactly one of the lists, and so is every task.
public struct AuctionResult: Hashable, Sendable {
    /// In the order in which they were decided; so are all lists.
    public var placements: [Placement]
    public var refusals: [PlacementRefusal]
    public var taskPlacements: [TaskPlacement]
    public var taskRefusals: [TaskRefusal]
    /// Verdicts that the refusals hold, those that several of them share counted once.
    public var verdictCount: Int

    public init(
        placements: [Placement] = [],
        refusals: [PlacementRefusal] = [],
        taskPlacements: [TaskPlacement] = [],
        taskRefusals: [TaskRefusal] = [],
        verdictCount: Int = 0
    ) {
        self.placements = placements
        self.refusals = refusals
        self.taskPlacements = taskPlacements
        self.taskRefusals = taskRefusals
        self.verdictCount = verdictCount
    }

    /// What each cell is to be asked to take, by cell id.
    public var orders: [CellOrder] {
        var orders: [CellID: CellOrder] = [:]
        for placement in placements {
            orders[placement.cellID, default: CellOrder(cellID: placement.cellID)].lrps.append(placement.work)
        }
        for placement in taskPlacements {
            orders[placement.cellID, default: CellOrder(cellID: placement.cellID)].tasks.append(placement.work)
        }
        return orders.values.sorted { $0.cellID < $1.cellID }
    }
}

/// What one cell is asked to take.
public struct CellOrder: Hashable, Sendable {
    public var cellID: CellID
    public var lrps: [CellLRP]
    public var tasks: [CellTask]

    public init(cellID: CellID, lrps: [CellLRP] = [], tasks: [CellTask] = []) {
        self.cellID = cellID
        self.lrps = lrps
        self.tasks = tasks
    }
}
