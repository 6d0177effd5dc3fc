public import MartletModels

/// Instances and tasks for a cell to take; in the answer, those that it could not take.
public struct CellWork: Hashable, Sendable {
    public var lrps: [CellLRP]
    public var tasks: [CellTask]
    /// The cell that is meant; another one refuses. `nil` means whoever gets it.
    public var cellID: CellID?

    public init(lrps: [CellLRP], tasks: [CellTask] = [], cellID: CellID? = nil) {
        (self.lrps, self.tasks, self.cellID) = (lrps, tasks, cellID)
    }
}
