import MartletModels

/// What may become of tasks.
extension Judge {
    /// - Parameter mirror: as of before the event.
    mutating func judge(_ change: TaskEvent, _ event: NumberedEvent, before mirror: Mirror, at now: Timestamp) {
        switch change {
        case .taskCreated(let task):
            guard task.state != .pending(rejectedBy: nil) else { return }
            report(.taskStates, "\(task.guid) begins as \(task.state.name)", at: now)
        case .taskChanged(let before, let after):
            if (before.guid, before.domain, before.createdAt) != (after.guid, after.domain, after.createdAt)
                || before.definition != after.definition
            {
                report(.taskStates, "\(before.guid) became another task", at: now)
            }
            judge(before, after, event, mirror, at: now)
        case .taskRemoved(let before): judgeTaskRemoval(before, event, at: now)
        }
    }

    private mutating func judge(
        _ before: MartletTask,
        _ after: MartletTask,
        _ event: NumberedEvent,
        _ mirror: Mirror,
        at now: Timestamp
    ) {
        switch (before.state, after.state) {
        case (.pending, .pending): break
        case (.pending, .running(let cell)):
            if before.definition.rootFS.isDocker, !mirror.isDockerOn {
                report(.flagKept, "\(after.guid) runs on \(cell) while the flag is off", at: now)
            }
        case (.pending, .completed(let completion)): judgeUnstarted(after, completion, at: now)
        case (.running, .pending):
            if !tasks.givenBack.contains(after.guid) {
                report(.taskStates, "\(after.guid) waits again, and no cell has given it back", at: now)
            }
        case (.running(let cell), .completed(let completion)): judgeEnd(before, cell, completion, mirror, at: now)
        case (.completed(let old), .resolving(let new)), (.resolving(let old), .completed(let new)):
            if old != new { report(.taskResult, "\(after.guid) ended as \(old), and now as \(new)", at: now) }
            // Two servers that share a store may see different times after a step.
            if case .completed = after.state, !rules.hasClockSteps, before.updatedAt + .seconds(30) > event.at {
                report(.taskStates, "\(after.guid) was taken a moment ago, and may be taken again", at: now)
            }
        case (.running, .running), (.running, .resolving), (.pending, .resolving), (.completed, _), (.resolving, _):
            report(.taskStates, "\(after.guid) goes from \(before.state) to \(after.state)", at: now)
        }
    }

    /// Nothing of it has run.
    private mutating func judgeUnstarted(_ task: MartletTask, _ completion: TaskCompletion, at now: Timestamp) {
        let isExhausted = task.rejectionCount > 3 && completion.failureReason == task.rejectionReason
        let isCancelled =
            completion.failureReason == TaskFailure.cancelled && tasks.cancelled.contains(task.guid)
        guard !completion.failed || !(isExhausted || isCancelled) else { return }
        report(.taskResult, "\(task.guid) waits, and ends: \(TaskEnding(completion))", at: now)
    }

    private mutating func judgeEnd(
        _ task: MartletTask,
        _ cell: CellID,
        _ completion: TaskCompletion,
        _ mirror: Mirror,
        at now: Timestamp
    ) {
        let ending = TaskEnding(completion)
        guard !tasks.wasTold(task.guid, by: cell, ending) else { return }
        let isDecided =
            switch ending.reason {
            case TaskFailure.cancelled: tasks.cancelled.contains(task.guid)
            case TaskFailure.cellDisappeared: !mirror.cells.contains(cell) || tasks.wasAway(cell, at: now)
            case let reason where reason.contains(FeatureFlagName.diegoDocker.rawValue):
                task.definition.rootFS.isDocker && (!mirror.isDockerOn || tasks.wasFlagOff(at: now))
            case let reason where task.rejectionCount >= 3: tasks.givenBack.contains(task.guid) && !reason.isEmpty
            default: false
            }
        guard !ending.failed || !isDecided else { return }
        report(.taskResult, "\(task.guid) runs on \(cell), and ends, which that did not say: \(ending)", at: now)
    }

    private mutating func judgeTaskRemoval(_ before: MartletTask, _ event: NumberedEvent, at now: Timestamp) {
        switch before.state {
        case .pending, .running: report(.taskStates, "\(before.guid) is deleted while \(before.state.name)", at: now)
        case .completed(let completion):
            guard !rules.hasClockSteps, completion.at + .seconds(120) > event.at else { return }
            report(.taskTold, "\(before.guid) is deleted, and nobody has taken its outcome", at: now)
        case .resolving:
            let hasCallback = !before.definition.completionCallbackURL.isEmpty
            let isTold = hasCallback ? tasks.delivered.contains(before.guid) : tasks.deleted.contains(before.guid)
            if !isTold { report(.taskTold, "\(before.guid) is deleted, and its outcome is not told", at: now) }
        }
    }

    /// The process of a task begins.
    mutating func judgeTaskRun(_ guid: TaskGUID, on cell: CellID, at now: Timestamp) {
        guard let other = tasks.noteRun(guid, on: cell) else { return }
        // Messages of a cell that gives a task back do not say which cell that is (BBS section 2.3.8), so one that comes
        // late takes the task away from another.
        guard rules.isCalm || !tasks.givenBack.contains(guid) else { return }
        report(.taskOnce, "\(guid) runs on \(cell), and has run on \(other)", at: now)
    }

    /// The outcome of a task arrives where it was to be sent.
    mutating func judgeDelivery(_ guid: TaskGUID, _ body: String, isTaken: Bool, at now: Timestamp) {
        guard let completion = tasks.completions[guid] else {
            return report(.taskTold, "\(guid) has not ended, and its outcome is told: \(body)", at: now)
        }
        let ending = TaskEnding(completion)
        let start =
            #"{"task_guid":"\#(guid)","failed":\#(ending.failed),"failure_reason":"\#(ending.reason)","#
            + #""result":"\#(ending.result)","#
        if !body.hasPrefix(start) {
            report(.taskTold, "\(guid) ended as \(ending), and this is told: \(body)", at: now)
        }
        if isTaken { tasks.noteDelivery(guid) }
    }
}
