public import MartletModels

/// Each verb as a turn of its own; several as one turn go through `write`. See `StoreTransaction` for what they do.
extension Store {
    @discardableResult
    public nonisolated func desire(_ lrp: DesiredLRP) async throws(StoreError) -> DesiredLRPOutcome {
        try await write { (transaction) throws(StoreError) in try transaction.desire(lrp) }
    }

    @discardableResult
    public nonisolated func update(
        _ guid: ProcessGUID,
        _ update: DesiredLRPUpdate
    ) async throws(StoreError) -> DesiredLRPOutcome {
        try await write { (transaction) throws(StoreError) in try transaction.update(guid, update) }
    }

    @discardableResult
    public nonisolated func removeDesiredLRP(_ guid: ProcessGUID) async throws(StoreError) -> DesiredLRPOutcome {
        try await write { (transaction) throws(StoreError) in try transaction.removeDesiredLRP(guid) }
    }

    public nonisolated func desiredLRP(_ guid: ProcessGUID) async throws(StoreError) -> DesiredLRP {
        try await read { (snapshot) throws(StoreError) in try snapshot.desiredLRP(guid) }
    }

    public nonisolated func desiredLRPs(
        _ filter: DesiredLRPFilter = DesiredLRPFilter()
    ) async throws(StoreError) -> [DesiredLRP] {
        try await read { (snapshot) throws(StoreError) in try snapshot.desiredLRPs(filter) }
    }

    public nonisolated func desiredLRPMessages(
        _ filter: DesiredLRPFilter = DesiredLRPFilter()
    ) async throws(StoreError) -> [[UInt8]] {
        try await read { (snapshot) throws(StoreError) in try snapshot.desiredLRPMessages(filter) }
    }

    public nonisolated func schedulingInfos(
        _ filter: DesiredLRPFilter = DesiredLRPFilter()
    ) async throws(StoreError) -> [DesiredLRPSchedulingInfo] {
        try await read { (snapshot) throws(StoreError) in try snapshot.schedulingInfos(filter) }
    }

    public nonisolated func schedulingInfo(
        _ guid: ProcessGUID
    ) async throws(StoreError) -> DesiredLRPSchedulingInfo {
        try await read { (snapshot) throws(StoreError) in try snapshot.schedulingInfo(guid) }
    }
}
