public import MartletModels

/// What a cell asks of the BBS.
public protocol BulletinBoard: Sendable {
    func claim(_ key: ActualLRPKey, by instance: ActualLRPInstanceKey) async throws(BulletinBoardError)
    func start(_ key: ActualLRPKey, as start: ActualLRPStart) async throws(BulletinBoardError)
    func crash(
        _ key: ActualLRPKey,
        of instance: ActualLRPInstanceKey,
        reason: String
    ) async throws(BulletinBoardError)
    func remove(_ key: ActualLRPKey, heldBy instance: ActualLRPInstanceKey) async throws(BulletinBoardError)
    func desired(_ processGUID: ProcessGUID) async throws(BulletinBoardError) -> DesiredLRP
    /// The records that name this cell.
    func actualLRPs(on cell: CellID) async throws(BulletinBoardError) -> [ActualLRP]
    /// Says that the cell lives. `session` differs in each life of the agent.
    func announce(_ presence: CellPresence, session: String, ttl: Duration) async throws(BulletinBoardError)
}

/// What the BBS did not do, as far as a cell has to tell the cases apart.
public enum BulletinBoardError: Error, Hashable, Sendable {
    /// Another instance holds the key, it has crashed, or a flag stands in the way.
    case cannotBeClaimed
    case cannotBeStarted
    case notFound
    /// Any other answer: asking again with the same words is no use.
    case refused(String)
    /// No answer: it may have happened or not; ask again later.
    case unreachable(String)
}
