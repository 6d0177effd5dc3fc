public import MartletModels

/// What happens to instances when their cell is lost and when it comes back (BBS sections 5.9 and 6.3).
extension StoreTransaction {
    /// The cell that holds the instance is gone: it becomes suspect and gets an unclaimed replacement. A replacement
    /// that is lost itself, while the first instance is still suspect, is unclaimed.
    ///
    /// - Returns: the changes; empty when the instance is not, or no longer, on that cell.
    @discardableResult
    public mutating func suspect(_ key: ActualLRPKey, lostCell: CellID) throws(StoreError) -> [Change<ActualLRP>] {
        guard let before = try snapshot.actualLRPIfAny(key, .ordinary), before.instanceKey?.cellID == lostCell else {
            return []
        }
        if try snapshot.actualLRPIfAny(key, .suspect) != nil { return [try unclaim(key)] }
        let desired = try snapshot.summary(of: key.processGUID)
        var after = before
        after.change(presence: .suspect)
        let replacement = ActualLRP(unclaimed: before.key, at: now, epoch: makeUUID())
        try move(after, from: .ordinary, desired: desired)
        try insert(replacement, desired: desired)
        return try recorded([Change(before: before, after: after), Change(before: nil, after: replacement)])
    }

    /// The cell of a suspect instance is back before the replacement runs: the replacement goes, the instance is
    /// ordinary again. A replacement that a cell holds is given away.
    ///
    /// - Returns: the changes; empty when there is no suspect instance on that cell.
    @discardableResult
    public mutating func restore(_ key: ActualLRPKey, returnedCell: CellID) throws(StoreError) -> [Change<ActualLRP>] {
        guard let before = try snapshot.actualLRPIfAny(key, .suspect), before.instanceKey?.cellID == returnedCell else {
            return []
        }
        var changes: [Change<ActualLRP>] = []
        if let replacement = try snapshot.actualLRPIfAny(key, .ordinary) {
            try deleteRow(replacement)
            try giveAway(replacement.instanceKey)
            changes.append(Change(before: replacement, after: nil))
        }
        var after = before
        after.change(presence: .ordinary)
        let desired = try snapshot.summary(of: key.processGUID)
        try move(after, from: .suspect, desired: desired)
        if changes.isEmpty { try noteFound(key.id) }
        return try recorded(changes + [Change(before: before, after: after)])
    }

    private mutating func recorded(_ changes: [Change<ActualLRP>]) throws(StoreError) -> [Change<ActualLRP>] {
        try record(changes.flatMap { $0.events() })
        return changes
    }
}
