public import MartletConvergence
public import MartletModels

/// Each verb as a turn of its own; see `StoreTransaction` for what they do.
extension Store {
    public nonisolated func task(_ guid: TaskGUID) async throws(StoreError) -> MartletTask {
        try await read { (snapshot) throws(StoreError) in try snapshot.task(guid) }
    }

    public nonisolated func tasks(_ filter: TaskFilter = TaskFilter()) async throws(StoreError) -> [MartletTask] {
        try await read { (snapshot) throws(StoreError) in try snapshot.tasks(filter) }
    }

    public nonisolated func taskMessages(
        _ filter: TaskFilter = TaskFilter()
    ) async throws(StoreError) -> [[UInt8]] {
        try await read { (snapshot) throws(StoreError) in try snapshot.taskMessages(filter) }
    }

    @discardableResult
    public nonisolated func desireTask(
        _ guid: TaskGUID,
        domain: DomainName,
        _ definition: TaskDefinition
    ) async throws(StoreError) -> Change<MartletTask> {
        try await write { (transaction) throws(StoreError) in
            try transaction.desireTask(guid, domain: domain, definition)
        }
    }

    public nonisolated func startTask(_ guid: TaskGUID, on cell: CellID) async throws(StoreError) -> Bool {
        try await write { (transaction) throws(StoreError) in try transaction.startTask(guid, on: cell) }
    }

    @discardableResult
    public nonisolated func completeTask(
        _ guid: TaskGUID,
        on cell: CellID,
        failed: Bool,
        failureReason: String = "",
        result: String = ""
    ) async throws(StoreError) -> Change<MartletTask> {
        try await write { (transaction) throws(StoreError) in
            try transaction.completeTask(guid, on: cell, failed: failed, failureReason: failureReason, result: result)
        }
    }

    @discardableResult
    public nonisolated func cancelTask(_ guid: TaskGUID) async throws(StoreError) -> Change<MartletTask> {
        try await write { (transaction) throws(StoreError) in try transaction.cancelTask(guid) }
    }

    @discardableResult
    public nonisolated func failTask(_ guid: TaskGUID, reason: String) async throws(StoreError) -> Change<MartletTask> {
        try await write { (transaction) throws(StoreError) in try transaction.failTask(guid, reason: reason) }
    }

    @discardableResult
    public nonisolated func rejectTask(
        _ guid: TaskGUID,
        reason: String,
        maximumRetries: Int = MartletTask.defaultMaximumRetries
    ) async throws(StoreError) -> Change<MartletTask> {
        try await write { (transaction) throws(StoreError) in
            try transaction.rejectTask(guid, reason: reason, maximumRetries: maximumRetries)
        }
    }

    @discardableResult
    public nonisolated func resolveTask(_ guid: TaskGUID) async throws(StoreError) -> Change<MartletTask> {
        try await write { (transaction) throws(StoreError) in try transaction.resolveTask(guid) }
    }

    @discardableResult
    public nonisolated func deleteTask(_ guid: TaskGUID) async throws(StoreError) -> Change<MartletTask> {
        try await write { (transaction) throws(StoreError) in try transaction.deleteTask(guid) }
    }

    @discardableResult
    public nonisolated func refuseTask(_ refused: RefusedTask) async throws(StoreError) -> Change<MartletTask> {
        try await write { (transaction) throws(StoreError) in try transaction.refuseTask(refused) }
    }
}
