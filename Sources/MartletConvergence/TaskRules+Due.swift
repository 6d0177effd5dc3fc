public import MartletModels

extension TaskRules {
    /// When convergence has to look at a task although nothing happens to it; may lie in the past, `nil` for never.
    public func dueTime(of task: TaskSummary) -> Timestamp? {
        switch task.state {
        case .pending:
            let expiry = task.createdAt + expirePendingAfter
            return task.refusal.isEmpty ? min(expiry, task.updatedAt + kickAfter) : expiry
        case .running: return nil
        case .completed:
            let expiry = (task.completedAt ?? task.updatedAt) + expireCompletedAfter
            return task.hasCallback ? min(expiry, task.updatedAt + kickAfter) : expiry
        case .resolving: return task.updatedAt + kickAfter
        }
    }

    /// The same after an event, so that a clock set to it never comes too late.
    ///
    /// - Parameter liveCells: as of the last pass. A task that starts on a cell that counts as lost is due at once.
    public func dueTime(after event: TaskEvent, liveCells: Set<CellID>) -> Timestamp? {
        switch event {
        case .taskRemoved: return nil
        case .taskCreated(let task), .taskChanged(_, let task):
            guard case .running(let cell) = task.state else { return dueTime(of: TaskSummary(task)) }
            return liveCells.contains(cell) ? nil : task.updatedAt
        }
    }
}
