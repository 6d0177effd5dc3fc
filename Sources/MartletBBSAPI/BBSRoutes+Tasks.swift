import MartletModels

/// The routes of tasks (section 2.1, rows 31 to 42).
extension BBSRoutes {
    public static let tasks = BBSRoute<TasksRequest, TasksResponse>("/v1/tasks/list.r3")
    public static let task = BBSRoute<TaskGUIDRequest, TaskResponse>("/v1/tasks/get_by_task_guid.r3")
    /// Older forms, without image layers.
    public static let tasksR2 = BBSRoute<TasksRequest, TasksResponse>("/v1/tasks/list.r2")
    public static let taskR2 = BBSRoute<TaskGUIDRequest, TaskResponse>("/v1/tasks/get_by_task_guid.r2")
    public static let desireTask = BBSRoute<DesireTaskRequest, LifecycleResponse>("/v1/tasks/desire.r2")
    public static let startTask = BBSRoute<StartTaskRequest, StartTaskResponse>("/v1/tasks/start")
    public static let cancelTask = BBSRoute<TaskGUIDRequest, LifecycleResponse>("/v1/tasks/cancel")
    public static let failTask = BBSRoute<TaskReasonRequest, LifecycleResponse>("/v1/tasks/fail")
    public static let rejectTask = BBSRoute<TaskReasonRequest, LifecycleResponse>("/v1/tasks/reject")
    public static let completeTask = BBSRoute<CompleteTaskRequest, LifecycleResponse>("/v1/tasks/complete")
    public static let resolvingTask = BBSRoute<TaskGUIDRequest, LifecycleResponse>("/v1/tasks/resolving")
    public static let deleteTask = BBSRoute<TaskGUIDRequest, LifecycleResponse>("/v1/tasks/delete")

    static let taskPaths = [
        tasks.path, task.path, tasksR2.path, taskR2.path, desireTask.path, startTask.path, cancelTask.path,
        failTask.path, rejectTask.path, completeTask.path, resolvingTask.path, deleteTask.path,
    ]
}
