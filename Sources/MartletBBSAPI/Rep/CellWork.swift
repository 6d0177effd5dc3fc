public import MartletModels

/// Instances for a cell to take; in the answer, those that it could not take.
public struct CellWork: Hashable, Sendable {
    public var lrps: [CellLRP]
    /// The cell that is meant; another one refuses. `nil` means whoever gets it.
    public var cellID: CellID?

    public init(lrps: [CellLRP], cellID: CellID? = nil) { (self.lrps, self.cellID) = (lrps, cellID) }
}
