/// What happened to tasks, in the words of Diego's task event stream.
public enum TaskEvent: Hashable, Sendable {
    case taskCreated(MartletTask)
    case taskChanged(before: MartletTask, after: MartletTask)
    case taskRemoved(MartletTask)

    /// The task after the event, or as it was when it was removed.
    public var task: MartletTask {
        switch self {
        case .taskCreated(let task), .taskChanged(_, let task), .taskRemoved(let task): task
        }
    }
}

extension Change where Record == MartletTask {
    /// The event of one changed task; `nil` when nothing has changed.
    public var event: TaskEvent? {
        switch (before, after) {
        case (nil, nil): nil
        case (nil, let after?): .taskCreated(after)
        case (let before?, nil): .taskRemoved(before)
        case (let before?, let after?): before == after ? nil : .taskChanged(before: before, after: after)
        }
    }
}
