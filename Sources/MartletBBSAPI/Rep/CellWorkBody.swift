import MartletModels

/// Table 2.4 of the cell specification.
struct CellWorkBody: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case lrps = "LRPs"
        case tasks = "Tasks"
        case cellID = "cell_id"
    }

    var lrps: [CellLRPBody]?
    var tasks: [CellTaskBody]?
    var cellID: String?

    init(_ work: CellWork) {
        lrps = work.lrps.map { CellLRPBody($0) }
        tasks = work.tasks.map { CellTaskBody($0) }
        cellID = work.cellID?.rawValue
    }

    /// - Throws: for a number out of range: a cell must not set aside another amount than it was asked for.
    func work() throws(RepJSON.Failure) -> CellWork {
        let unfit =
            (lrps ?? []).lazy.compactMap(\.unfitNumber).first ?? (tasks ?? []).lazy.compactMap(\.unfitNumber).first
        if let text = unfit { throw RepJSON.Failure(text: text) }
        let cellID = cellID ?? ""
        return CellWork(
            lrps: (lrps ?? []).map(\.lrp),
            tasks: (tasks ?? []).map(\.task),
            cellID: cellID.isEmpty ? nil : CellID(cellID)
        )
    }
}
