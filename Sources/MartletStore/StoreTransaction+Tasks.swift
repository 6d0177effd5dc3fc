import MartletConvergence
public import MartletModels
import MartletSQL

extension StoreTransaction {
    /// Writes down a task that waits for a cell.
    ///
    /// - Throws: `.invalid`; `.alreadyExists` for a guid that is taken, in whatever domain.
    @discardableResult
    public mutating func desireTask(
        _ guid: TaskGUID,
        domain: DomainName,
        _ definition: TaskDefinition
    ) throws(StoreError) -> Change<MartletTask> {
        let task = MartletTask(guid, domain: domain, definition: definition, at: now)
        try validating(task.validate)
        guard try snapshot.taskIfAny(guid) == nil else { throw .alreadyExists("task \(guid)") }
        return try write(Change(before: nil, after: task))
    }

    /// A cell has taken the task. A start that the feature flag refuses is refused as often as it is repeated, so that
    /// the cell drops the container.
    ///
    /// - Returns: whether the cell should run it; false when it has been told so before.
    /// - Throws: `.notFound`; `.refusedTask` by the rules of the record, or by the feature flag of Docker images.
    public mutating func startTask(_ guid: TaskGUID, on cell: CellID) throws(StoreError) -> Bool {
        let before = try snapshot.task(guid)
        var after = before
        let shouldStart = try deciding { () throws(TaskTransitionError) in try after.start(on: cell, at: now) }
        try admit(before)
        try write(Change(before: before, after: after))
        return shouldStart
    }

    /// The cell that runs it says how it has ended.
    ///
    /// - Throws: `.notFound`, `.refusedTask`.
    @discardableResult
    public mutating func completeTask(
        _ guid: TaskGUID,
        on cell: CellID,
        failed: Bool,
        failureReason: String,
        result: String
    ) throws(StoreError) -> Change<MartletTask> {
        try transition(guid) { (task, now) throws(TaskTransitionError) in
            try task.complete(on: cell, failed: failed, failureReason: failureReason, result: result, at: now)
        }
    }

    /// A client does not want it any more. Who ran it is in what was before.
    ///
    /// - Throws: `.notFound`, `.refusedTask`.
    @discardableResult
    public mutating func cancelTask(_ guid: TaskGUID) throws(StoreError) -> Change<MartletTask> {
        try transition(guid) { (task, now) throws(TaskTransitionError) in try task.cancel(at: now) }
    }

    /// Ends it without a result.
    ///
    /// - Throws: `.notFound`, `.refusedTask`.
    @discardableResult
    public mutating func failTask(_ guid: TaskGUID, reason: String) throws(StoreError) -> Change<MartletTask> {
        try transition(guid) { (task, now) throws(TaskTransitionError) in try task.fail(reason, at: now) }
    }

    /// No cell took it, or one gave it back: it waits again, or fails.
    ///
    /// - Parameter maximumRetries: rejections that it survives.
    /// - Throws: `.notFound`, `.refusedTask`.
    @discardableResult
    public mutating func rejectTask(
        _ guid: TaskGUID,
        reason: String,
        maximumRetries: Int = MartletTask.defaultMaximumRetries
    ) throws(StoreError) -> Change<MartletTask> {
        try transition(guid) { (task, now) throws(TaskTransitionError) in
            try task.reject(reason, maximumRetries: maximumRetries, at: now)
        }
    }

    /// Somebody takes the outcome.
    ///
    /// - Throws: `.notFound`, `.refusedTask`.
    @discardableResult
    public mutating func resolveTask(_ guid: TaskGUID) throws(StoreError) -> Change<MartletTask> {
        try transition(guid) { (task, now) throws(TaskTransitionError) in try task.resolve(at: now) }
    }

    /// The outcome has been taken.
    ///
    /// - Throws: `.notFound`, `.refusedTask`.
    @discardableResult
    public mutating func deleteTask(_ guid: TaskGUID) throws(StoreError) -> Change<MartletTask> {
        let task = try snapshot.task(guid)
        try deciding { () throws(TaskTransitionError) in try task.checkDeletable() }
        return try write(Change(before: task, after: nil))
    }

    private mutating func transition(
        _ guid: TaskGUID,
        _ apply: (inout MartletTask, Timestamp) throws(TaskTransitionError) -> Void
    ) throws(StoreError) -> Change<MartletTask> {
        let before = try snapshot.task(guid)
        var after = before
        try deciding { () throws(TaskTransitionError) in try apply(&after, now) }
        return try write(Change(before: before, after: after))
    }

    /// The policy, asked in the transaction that would let the task in, so that no order of events gets around
    /// it.
    private func admit(_ task: MartletTask) throws(StoreError) {
        let subject = AdmissionSubject(isDocker: task.definition.rootFS.isDocker)
        guard let refusal = try snapshot.refusal(of: subject) else { return }
        throw .refusedTask(.notAdmitted(task.guid, flag: refusal.flag))
    }
}

/// Turns the rules of a task into the store's error.
func deciding<R>(_ body: () throws(TaskTransitionError) -> R) throws(StoreError) -> R {
    do throws(TaskTransitionError) { return try body() } catch { throw .refusedTask(error) }
}
