public import MartletConvergence
public import MartletModels

/// What convergence does to tasks. Every verb does nothing to a task that is gone or has been changed since the plan saw
/// it; it then returns a change without before and after.
extension StoreTransaction {
    /// It has waited for a cell for too long.
    @discardableResult
    public mutating func expireTask(_ seen: SeenTask) throws(StoreError) -> Change<MartletTask> {
        try change(seen) { (task, now) throws(TaskTransitionError) in try task.expire(at: now) }
    }

    /// It may not run for now: the reason is put on it, which does not count as a try.
    @discardableResult
    public mutating func refuseTask(_ refused: RefusedTask) throws(StoreError) -> Change<MartletTask> {
        try change(refused.task) { (task, now) throws(TaskTransitionError) in try task.refuse(refused.reason, at: now) }
    }

    /// The cell that ran it is gone.
    @discardableResult
    public mutating func loseTask(_ seen: SeenTask) throws(StoreError) -> Change<MartletTask> {
        try change(seen) { (task, now) throws(TaskTransitionError) in try task.loseCell(at: now) }
    }

    /// It may not run any more. Its cell has to be told by the caller.
    @discardableResult
    public mutating func stopTask(_ stopped: StoppedTask) throws(StoreError) -> Change<MartletTask> {
        try change(stopped.task) { (task, now) throws(TaskTransitionError) in try task.fail(stopped.reason, at: now) }
    }

    /// Whoever took its outcome has not come back.
    @discardableResult
    public mutating func demoteTask(_ seen: SeenTask) throws(StoreError) -> Change<MartletTask> {
        try change(seen) { (task, _) throws(TaskTransitionError) in try task.demote() }
    }

    /// Nobody has taken its outcome for too long.
    @discardableResult
    public mutating func pruneTask(_ seen: SeenTask) throws(StoreError) -> Change<MartletTask> {
        guard let task = try current(seen), case .completed = task.state else { return Change(before: nil, after: nil) }
        return try write(Change(before: task, after: nil))
    }

    private mutating func change(
        _ seen: SeenTask,
        _ apply: (inout MartletTask, Timestamp) throws(TaskTransitionError) -> Void
    ) throws(StoreError) -> Change<MartletTask> {
        guard let before = try current(seen) else { return Change(before: nil, after: nil) }
        var after = before
        // Demoting leaves the time of the last change as it is, so the state may still have moved.
        do throws(TaskTransitionError) { try apply(&after, now) } catch { return Change(before: nil, after: nil) }
        return try write(Change(before: before, after: after))
    }

    private func current(_ seen: SeenTask) throws(StoreError) -> MartletTask? {
        guard let task = try snapshot.taskIfAny(seen.guid), task.updatedAt == seen.updatedAt else { return nil }
        return task
    }
}
