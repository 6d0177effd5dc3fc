import MartletBBSAPI
import MartletHTTP
import MartletModels
import MartletStore

/// Tasks (sections 2.3.7 and 2.3.8).
extension BBSHandlers {
    var taskRoutes: [Route] { taskQueries + taskChanges + cellTaskRoutes }

    private var taskQueries: [Route] {
        [
            BBSRoutes.tasks.storedHandler { request throws(BBSError) in
                try await answering { () throws(StoreError) in try await store.taskMessages(TaskFilter(request)) }
            },
            BBSRoutes.task.handler { request, _ throws(BBSError) in
                TaskResponse(try await answering { () throws(StoreError) in try await store.task(request.guid) })
            },
            BBSRoutes.tasksR2.handler { request, _ throws(BBSError) in
                let tasks = try await answering { () throws(StoreError) in try await store.tasks(TaskFilter(request)) }
                return TasksResponse(tasks.map(\.withoutImageLayers))
            },
            BBSRoutes.taskR2.handler { request, _ throws(BBSError) in
                let task = try await answering { () throws(StoreError) in try await store.task(request.guid) }
                return TaskResponse(task.withoutImageLayers)
            },
        ]
    }

    /// What clients ask for.
    private var taskChanges: [Route] {
        [
            BBSRoutes.desireTask.handler { request, traceID throws(BBSError) in
                guard let definition = request.definition else { throw .invalidRequest }
                let answer = try await change { () throws(StoreError) in
                    try await store.desireTask(request.guid, domain: request.domain, definition)
                }
                await auctioneer.request(tasks: [request.guid], traceID: traceID)
                return answer
            },
            BBSRoutes.cancelTask.handler { request, traceID throws(BBSError) in
                let change = try await ending { () throws(StoreError) in try await store.cancelTask(request.guid) }
                if case .running(let cell) = change.before?.state {
                    await tasks.canceller.cancel(request.guid, on: cell, traceID: traceID)
                }
                return LifecycleResponse()
            },
            BBSRoutes.resolvingTask.handler { request, _ throws(BBSError) in
                try await change { () throws(StoreError) in try await store.resolveTask(request.guid) }
            },
            BBSRoutes.deleteTask.handler { request, _ throws(BBSError) in
                try await change { () throws(StoreError) in try await store.deleteTask(request.guid) }
            },
        ]
    }

    /// What cells and auctioneers say.
    private var cellTaskRoutes: [Route] {
        [
            BBSRoutes.startTask.handler { request, _ throws(BBSError) in
                StartTaskResponse(
                    shouldStart: try await answering { () throws(StoreError) in
                        try await store.startTask(request.guid, on: request.cellID)
                    }
                )
            },
            BBSRoutes.failTask.handler { request, _ throws(BBSError) in
                try await ending { () throws(StoreError) in
                    try await store.failTask(request.guid, reason: request.reason)
                }
                return LifecycleResponse()
            },
            BBSRoutes.rejectTask.handler { request, _ throws(BBSError) in
                try await ending { () throws(StoreError) in
                    try await store.rejectTask(request.guid, reason: request.reason)
                }
                return LifecycleResponse()
            },
            BBSRoutes.completeTask.handler { request, _ throws(BBSError) in
                try await ending { () throws(StoreError) in
                    try await store.completeTask(
                        request.guid,
                        on: request.cellID,
                        failed: request.failed,
                        failureReason: request.failureReason,
                        result: request.result
                    )
                }
                return LifecycleResponse()
            },
        ]
    }

    /// Runs a verb that may end a task, and has its outcome sent where one is waited for. The answer does not wait for
    /// that.
    @discardableResult
    private func ending(
        _ verb: () async throws(StoreError) -> Change<MartletTask>
    ) async throws(BBSError) -> Change<MartletTask> {
        let change = try await answering(verb)
        await tasks.callbacks.request(change)
        return change
    }
}

extension TaskFilter {
    init(_ request: TasksRequest) {
        self.init(
            domain: request.domain.isEmpty ? nil : request.domain,
            cellID: request.cellID.isEmpty ? nil : request.cellID
        )
    }
}
