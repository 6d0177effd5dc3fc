public import MartletModels

extension BBSClient {
    public func tasks(_ filter: TasksRequest = TasksRequest()) async throws(BBSClientError) -> [MartletTask] {
        try await call(BBSRoutes.tasks, filter).items
    }

    /// - Throws: `.bbs` with `resourceNotFound` when there is none.
    public func task(_ guid: TaskGUID) async throws(BBSClientError) -> MartletTask {
        let response = try await call(BBSRoutes.task, TaskGUIDRequest(guid))
        guard let task = response.item else { throw .undecodable("no task in the answer") }
        return task
    }

    public func desireTask(
        _ guid: TaskGUID,
        domain: DomainName,
        _ definition: TaskDefinition
    ) async throws(BBSClientError) {
        try await call(BBSRoutes.desireTask, DesireTaskRequest(guid, domain: domain, definition: definition))
    }

    /// A cell has taken the task.
    ///
    /// - Returns: whether the cell should run it; false when it has been told so before.
    /// - Throws: `.bbs` with `invalidStateTransition` or `resourceNotFound` when it must not.
    public func startTask(_ guid: TaskGUID, on cellID: CellID) async throws(BBSClientError) -> Bool {
        try await call(BBSRoutes.startTask, StartTaskRequest(guid, on: cellID)).shouldStart
    }

    public func cancelTask(_ guid: TaskGUID, traceID: String = "") async throws(BBSClientError) {
        try await call(BBSRoutes.cancelTask, TaskGUIDRequest(guid), traceID: traceID)
    }

    public func failTask(_ guid: TaskGUID, reason: String) async throws(BBSClientError) {
        try await call(BBSRoutes.failTask, TaskReasonRequest(guid, reason: reason))
    }

    public func rejectTask(_ guid: TaskGUID, reason: String) async throws(BBSClientError) {
        try await call(BBSRoutes.rejectTask, TaskReasonRequest(guid, reason: reason))
    }

    public func completeTask(_ completion: CompleteTaskRequest) async throws(BBSClientError) {
        try await call(BBSRoutes.completeTask, completion)
    }

    public func resolvingTask(_ guid: TaskGUID) async throws(BBSClientError) {
        try await call(BBSRoutes.resolvingTask, TaskGUIDRequest(guid))
    }

    public func deleteTask(_ guid: TaskGUID) async throws(BBSClientError) {
        try await call(BBSRoutes.deleteTask, TaskGUIDRequest(guid))
    }
}
