public import MartletModels

extension Store {
    public nonisolated func actualLRPs(
        _ filter: ActualLRPFilter = ActualLRPFilter()
    ) async throws(StoreError) -> [ActualLRP] {
        try await read { (snapshot) throws(StoreError) in try snapshot.actualLRPs(filter) }
    }

    public nonisolated func actualLRPMessages(
        _ filter: ActualLRPFilter = ActualLRPFilter()
    ) async throws(StoreError) -> [[UInt8]] {
        try await read { (snapshot) throws(StoreError) in try snapshot.actualLRPMessages(filter) }
    }

    @discardableResult
    public nonisolated func claim(
        _ key: ActualLRPKey,
        by instance: ActualLRPInstanceKey
    ) async throws(StoreError) -> Change<ActualLRP> {
        try await write { (transaction) throws(StoreError) in try transaction.claim(key, by: instance) }
    }

    @discardableResult
    public nonisolated func start(
        _ key: ActualLRPKey,
        _ start: ActualLRPStart
    ) async throws(StoreError) -> [Change<ActualLRP>] {
        try await write { (transaction) throws(StoreError) in try transaction.start(key, start) }
    }

    @discardableResult
    public nonisolated func crash(
        _ key: ActualLRPKey,
        _ instance: ActualLRPInstanceKey,
        reason: String
    ) async throws(StoreError) -> CrashResult {
        try await write { (transaction) throws(StoreError) in try transaction.crash(key, instance, reason: reason) }
    }

    @discardableResult
    public nonisolated func fail(
        _ key: ActualLRPKey,
        placementError: String
    ) async throws(StoreError) -> Change<ActualLRP> {
        try await write { (transaction) throws(StoreError) in
            try transaction.fail(key, placementError: placementError)
        }
    }

    @discardableResult
    public nonisolated func unclaim(
        _ key: ActualLRPKey,
        ifStill tag: ModificationTag? = nil
    ) async throws(StoreError) -> Change<ActualLRP> {
        try await write { (transaction) throws(StoreError) in try transaction.unclaim(key, ifStill: tag) }
    }

    @discardableResult
    public nonisolated func remove(
        _ key: ActualLRPKey,
        _ instance: ActualLRPInstanceKey?
    ) async throws(StoreError) -> Change<ActualLRP> {
        try await write { (transaction) throws(StoreError) in try transaction.remove(key, instance) }
    }

    @discardableResult
    public nonisolated func removeRecord(
        _ key: ActualLRPKey,
        presence: ActualLRP.Presence = .ordinary,
        ifStill tag: ModificationTag? = nil
    ) async throws(StoreError) -> Change<ActualLRP> {
        try await write { (transaction) throws(StoreError) in
            try transaction.removeRecord(key, presence: presence, ifStill: tag)
        }
    }

    @discardableResult
    public nonisolated func createMissing(_ key: ActualLRPKey) async throws(StoreError) -> Bool {
        try await write { (transaction) throws(StoreError) in try transaction.createMissing(key) }
    }

    @discardableResult
    public nonisolated func suspect(
        _ key: ActualLRPKey,
        lostCell: CellID
    ) async throws(StoreError) -> [Change<ActualLRP>] {
        try await write { (transaction) throws(StoreError) in try transaction.suspect(key, lostCell: lostCell) }
    }

    @discardableResult
    public nonisolated func restore(
        _ key: ActualLRPKey,
        returnedCell: CellID
    ) async throws(StoreError) -> [Change<ActualLRP>] {
        try await write { (transaction) throws(StoreError) in
            try transaction.restore(key, returnedCell: returnedCell)
        }
    }
}
