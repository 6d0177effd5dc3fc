public import MartletModels

/// What an auction decided; every distinct instance of the work is in exactly one of the two lists.
public struct AuctionResult: Hashable, Sendable {
    /// In the order in which they were decided.
    public var placements: [Placement]
    /// In the order in which they were decided.
    public var refusals: [PlacementRefusal]

    public init(placements: [Placement] = [], refusals: [PlacementRefusal] = []) {
        self.placements = placements
        self.refusals = refusals
    }

    /// What each cell is to be asked to take, by cell id.
    public var workByCell: [(cellID: CellID, work: [CellLRP])] {
        Dictionary(grouping: placements, by: \.cellID)
            .sorted { $0.key < $1.key }
            .map { (cellID: $0.key, work: $0.value.map(\.work)) }
    }
}

/// One instance and the cell that is to run it.
public struct Placement: Hashable, Sendable {
    public var cellID: CellID
    public var work: CellLRP

    public init(cellID: CellID, work: CellLRP) { (self.cellID, self.work) = (cellID, work) }

    public var key: ActualLRPKey { work.key }

    /// The refusal of a cell that did not take what it was given. The reference reports an empty text here, which its
    /// own BBS refuses.
    public var declined: PlacementRefusal {
        PlacementRefusal(
            key: key,
            text: "insufficient resources",
            verdicts: [CellVerdict(cellID: cellID, zone: "", problems: [.declined])]
        )
    }
}
