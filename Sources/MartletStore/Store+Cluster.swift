public import MartletModels

/// Domains, cells, flags and the record of events.
extension Store {
    @discardableResult
    public nonisolated func upsertDomain(
        _ name: DomainName,
        timeToLiveSeconds: UInt32
    ) async throws(StoreError) -> Domain {
        try await write { (transaction) throws(StoreError) in
            try transaction.upsertDomain(name, timeToLiveSeconds: timeToLiveSeconds)
        }
    }

    public nonisolated func freshDomains() async throws(StoreError) -> [Domain] {
        try await read { (snapshot) throws(StoreError) in try snapshot.freshDomains() }
    }

    @discardableResult
    public nonisolated func deleteExpiredDomains() async throws(StoreError) -> Int {
        try await write { (transaction) throws(StoreError) in try transaction.deleteExpiredDomains() }
    }

    @discardableResult
    public nonisolated func registerCell(
        _ presence: CellPresence,
        timeToLive: Duration,
        session: String
    ) async throws(StoreError) -> Change<RegisteredCell> {
        try await write { (transaction) throws(StoreError) in
            try transaction.registerCell(presence, timeToLive: timeToLive, session: session)
        }
    }

    @discardableResult
    public nonisolated func removeCell(
        _ id: CellID,
        session: String
    ) async throws(StoreError) -> Change<RegisteredCell> {
        try await write { (transaction) throws(StoreError) in try transaction.removeCell(id, session: session) }
    }

    @discardableResult
    public nonisolated func expireCells() async throws(StoreError) -> [CellPresence] {
        try await write { (transaction) throws(StoreError) in try transaction.expireCells() }
    }

    public nonisolated func extendCells(timeToLive: Duration) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in try transaction.extendCells(timeToLive: timeToLive) }
    }

    public nonisolated func cells() async throws(StoreError) -> [RegisteredCell] {
        try await read { (snapshot) throws(StoreError) in try snapshot.cells() }
    }

    public nonisolated func cell(_ id: CellID) async throws(StoreError) -> RegisteredCell {
        try await read { (snapshot) throws(StoreError) in try snapshot.cell(id) }
    }

    public nonisolated func featureFlags() async throws(StoreError) -> [FeatureFlag] {
        try await read { (snapshot) throws(StoreError) in try snapshot.featureFlags() }
    }

    public nonisolated func featureFlag(_ name: FeatureFlagName) async throws(StoreError) -> FeatureFlag {
        try await read { (snapshot) throws(StoreError) in try snapshot.featureFlag(name) }
    }

    @discardableResult
    public nonisolated func setFeatureFlag(
        _ name: FeatureFlagName,
        enabled: Bool? = nil,
        customErrorMessage: String?? = nil,
        by operator: String
    ) async throws(StoreError) -> Change<FeatureFlag> {
        try await write { (transaction) throws(StoreError) in
            try transaction.setFeatureFlag(
                name,
                enabled: enabled,
                customErrorMessage: customErrorMessage,
                by: `operator`
            )
        }
    }

    public nonisolated func events(
        after number: Int64,
        limit: Int = 1_000
    ) async throws(StoreError) -> [NumberedEvent] {
        try await read { (snapshot) throws(StoreError) in try snapshot.events(after: number, limit: limit) }
    }

    public nonisolated func lastEventNumber() async throws(StoreError) -> Int64 {
        try await read { (snapshot) throws(StoreError) in try snapshot.lastEventNumber() }
    }
}
