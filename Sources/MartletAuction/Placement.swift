public import MartletModels

/// One instance and the cell that is to run it.
public struct Placement: Hashable, Sendable {
    public var cellID: CellID
    public var work: CellLRP

    public init(cellID: CellID, work: CellLRP) { (self.cellID, self.work) = (cellID, work) }

    public var key: ActualLRPKey { work.key }

    /// The refusal of a cell that did not take what it was given. The reference reports an empty text here, which its
    /// own BBS refuses.
    public var declined: PlacementRefusal {
        PlacementRefusal(key: key, text: declinedText, verdicts: [.declined(by: cellID)])
    }
}

/// One task and the cell that is to run it.
public struct TaskPlacement: Hashable, Sendable {
    public var cellID: CellID
    public var work: CellTask

    public init(cellID: CellID, work: CellTask) { (self.cellID, self.work) = (cellID, work) }

    /// As for an instance.
    public var declined: TaskRefusal {
        TaskRefusal(guid: work.guid, text: declinedText, verdicts: [.declined(by: cellID)])
    }
}

private let declinedText = "insufficient resources"

extension CellVerdict {
    fileprivate static func declined(by cellID: CellID) -> CellVerdict {
        CellVerdict(cellID: cellID, zone: "", problems: [.declined])
    }
}
