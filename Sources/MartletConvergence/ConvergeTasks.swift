import MartletModels

/// Decides what has to happen to tasks by itself. Reads no clock, does no I/O and keeps no state.
///
/// The rules are those of BBS section 6.4, with its known gap closed: what a pass ends is delivered at once, not by a
/// later pass. Beside them stands the policy: a task that is not admitted waits, and one that runs is ended.
/// - Complexity: O(tasks in the snapshot), plus the sort of what has to change.
public func convergeTasks(_ snapshot: TaskSnapshot) -> TaskPlan {
    var planner = TaskPlanner(snapshot: snapshot)
    for task in snapshot.tasks { planner.plan(task) }
    return planner.finish()
}

/// Builds the plan of one pass, task by task.
private struct TaskPlanner {
    let snapshot: TaskSnapshot
    private var plan = TaskPlan()

    init(snapshot: TaskSnapshot) { self.snapshot = snapshot }

    mutating func plan(_ task: TaskSummary) {
        switch task.state {
        case .pending: planPending(task)
        case .running: planRunning(task)
        case .completed: planCompleted(task)
        case .resolving: planResolving(task)
        }
    }

    consuming func finish() -> TaskPlan {
        plan.sort()
        return plan
    }

    private mutating func planPending(_ task: TaskSummary) {
        guard !isDue(task.createdAt + snapshot.rules.expirePendingAfter) else {
            plan.expire.append(SeenTask(task))
            return deliver(task)
        }
        if let refusal = refusal(of: task) {
            guard task.refusal != refusal.placementError else { return }
            return plan.refuse.append(RefusedTask(task: SeenTask(task), reason: refusal.placementError))
        }
        let asked = snapshot.asked[task.guid]
        let refusedUntil = max(task.updatedAt, snapshot.flagChangedAt ?? task.updatedAt)
        let isReadmitted = !task.refusal.isEmpty && (asked.map { $0 < refusedUntil } ?? true)
        if isReadmitted || hasNewChance(task, asked) || isForgotten(task, asked)
            || isDue(max(task.updatedAt, asked ?? task.updatedAt) + snapshot.rules.kickAfter)
        {
            plan.auction.append(task.guid)
        }
    }

    /// It found no place, and a cell has appeared since then.
    private func hasNewChance(_ task: TaskSummary, _ asked: Timestamp?) -> Bool {
        guard let appeared = snapshot.cellAppearedAt, task.rejectionCount > 0 else { return false }
        return max(task.updatedAt, asked ?? task.updatedAt) < appeared
    }

    /// Whoever knew that it is on its way is no more.
    private func isForgotten(_ task: TaskSummary, _ asked: Timestamp?) -> Bool {
        guard let started = snapshot.startedAt, asked == nil else { return false }
        return task.updatedAt < started
    }

    private mutating func planRunning(_ task: TaskSummary) {
        guard let cell = task.cellID, snapshot.liveCells.contains(cell) else {
            plan.lose.append(SeenTask(task))
            return deliver(task)
        }
        guard let refusal = refusal(of: task) else { return }
        plan.stop.append(StoppedTask(task: SeenTask(task), cellID: cell, reason: refusal.placementError))
        deliver(task)
    }

    private mutating func planResolving(_ task: TaskSummary) {
        guard isDue(task.updatedAt + snapshot.rules.kickAfter) else { return }
        plan.demote.append(SeenTask(task))
        planCompleted(task)
    }

    private mutating func planCompleted(_ task: TaskSummary) {
        if isDue((task.completedAt ?? task.updatedAt) + snapshot.rules.expireCompletedAfter) {
            plan.delete.append(SeenTask(task))
        } else if task.hasCallback, isDue(task.updatedAt + snapshot.rules.kickAfter) {
            plan.deliver.append(task.guid)
        }
    }

    private mutating func deliver(_ task: TaskSummary) { if task.hasCallback { plan.deliver.append(task.guid) } }

    private func refusal(of task: TaskSummary) -> AdmissionRefusal? { snapshot.policy.refusal(ofDocker: task.isDocker) }

    /// Whether the moment has come; one that has not is remembered as the next.
    private mutating func isDue(_ moment: Timestamp) -> Bool {
        guard moment > snapshot.now else { return true }
        plan.nextDue = min(plan.nextDue ?? moment, moment)
        return false
    }
}
