import MartletModels

extension TaskEvent {
    /// What happened, without the name of the task.
    var text: String {
        switch self {
        case .taskCreated(let task): "task desired, of \(task.definition.rootFS.url.split(separator: "@").first ?? "")"
        case .taskRemoved(let task): "task deleted, was \(task.state.name)"
        case .taskChanged(let before, let after): Self.change(before, after)
        }
    }

    private static func change(_ before: MartletTask, _ after: MartletTask) -> String {
        let states =
            before.state.name == after.state.name
            ? "task \(after.state.name)" : "task \(before.state.name) → \(after.state.name)"
        switch after.state {
        case .running(let cell): return states + " on \(cell)"
        case .pending where after.rejectionReason.isEmpty: return states
        case .pending: return states + ": \(after.rejectionReason)"
        case .completed(let completion) where completion.failed: return states + ": \(completion.failureReason)"
        case .completed, .resolving: return states
        }
    }
}

extension StoreEvent {
    /// The task that an event is about, as of after it.
    var task: MartletTask? {
        guard case .task(let event) = self else { return nil }
        return event.task
    }
}
