public import MartletModels

extension TaskDefinition {
    /// A valid task; a Docker one unless told otherwise.
    public static func fixture(
        rootFS: String = "docker:///library/busybox",
        callback: String = "",
        memoryMB: Int = 64,
        diskMB: Int = 128
    ) -> TaskDefinition {
        var definition = TaskDefinition(
            rootFS: RootFS(rootFS),
            action: .run(RunAction(path: "/bin/true", user: "root"))
        )
        (definition.memoryMB, definition.diskMB, definition.completionCallbackURL) = (memoryMB, diskMB, callback)
        return definition
    }
}

extension MartletTask {
    /// A task in any state, as if stored.
    public static func fixture(
        _ guid: String,
        _ state: State = .pending(rejectedBy: nil),
        createdAt: Timestamp = .epoch,
        updatedAt: Timestamp = .epoch,
        rejectionCount: Int = 0,
        rejectionReason: String = "",
        definition: TaskDefinition = .fixture()
    ) -> MartletTask {
        MartletTask(
            restoring: TaskGUID(guid),
            domain: DomainName("tasks"),
            definition: definition,
            createdAt: createdAt,
            updatedAt: updatedAt,
            state: state,
            rejectionCount: rejectionCount,
            rejectionReason: rejectionReason
        )
    }
}

extension MartletTask.State {
    public static func completed(at time: Timestamp, failed: Bool = false) -> Self {
        .completed(TaskCompletion(failed: failed, failureReason: failed ? "why" : "", result: "", at: time))
    }

    public static func resolving(completedAt time: Timestamp) -> Self {
        .resolving(TaskCompletion(failed: false, failureReason: "", result: "", at: time))
    }
}
