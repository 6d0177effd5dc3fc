/// Why a task failed, in the words of the BBS (section 5.7.2), which clients compare.
public enum TaskFailure {
    public static let cancelled = "task was cancelled"
    public static let expired = "not started within time limit"
    public static let cellDisappeared = "cell disappeared before completion"
}

extension MartletTask {
    /// A cell has taken it and is to run it.
    ///
    /// - Returns: whether the cell should run it; false when it has been told so before.
    /// - Throws: `.invalidTransition` unless it is pending, or running on that very cell.
    public mutating func start(on cell: CellID, at now: Timestamp) throws(TaskTransitionError) -> Bool {
        if state == .running(cell) { return false }
        guard case .pending = state else { throw refusal(of: .running) }
        state = .running(cell)
        updatedAt = now
        return true
    }

    /// The cell that runs it says how it has ended.
    ///
    /// - Throws: `.runningElsewhere`, and `.invalidTransition` unless it runs.
    public mutating func complete(
        on cell: CellID,
        failed: Bool,
        failureReason: String,
        result: String,
        at now: Timestamp
    ) throws(TaskTransitionError) {
        guard case .running(let holder) = state else { throw refusal(of: .completed) }
        guard holder == cell else { throw .runningElsewhere(guid, on: holder, not: cell) }
        end(failed: failed, failureReason: failureReason, result: result, at: now)
    }

    /// Ends it without a result, whoever runs it.
    ///
    /// - Throws: `.invalidTransition` when it has ended already.
    public mutating func fail(_ reason: String, at now: Timestamp) throws(TaskTransitionError) {
        guard completion == nil else { throw refusal(of: .completed) }
        end(failed: true, failureReason: reason, result: "", at: now)
    }

    /// A client does not want it any more.
    ///
    /// - Throws: `.invalidTransition` when it has ended already.
    public mutating func cancel(at now: Timestamp) throws(TaskTransitionError) {
        try fail(TaskFailure.cancelled, at: now)
    }

    /// No cell took it, or the one that did gave it back. It waits again, or fails when it was rejected often enough
    /// (BBS section 5.7.3).
    ///
    /// - Parameter maximumRetries: rejections that it survives; Diego's is 3.
    /// - Throws: `.cannotBeRejected` when it has ended already.
    public mutating func reject(
        _ reason: String,
        maximumRetries: Int,
        at now: Timestamp
    ) throws(TaskTransitionError) {
        guard completion == nil else { throw .cannotBeRejected(guid, while: state.name) }
        let isExhausted = rejectionCount >= maximumRetries
        rejectionCount += 1
        rejectionReason = ActualLRP.cut(reason)
        state = .pending(rejectedBy: cellID)
        updatedAt = now
        if isExhausted { end(failed: true, failureReason: reason, result: "", at: now) }
    }

    /// It may not run for now, and waits. This is no rejection by a cell, so it does not count as a try.
    ///
    /// - Throws: `.cannotBeRejected` unless it is pending.
    public mutating func refuse(_ reason: String, at now: Timestamp) throws(TaskTransitionError) {
        guard case .pending = state else { throw .cannotBeRejected(guid, while: state.name) }
        rejectionReason = ActualLRP.cut(reason)
        updatedAt = now
    }

    /// Somebody takes the outcome.
    ///
    /// - Throws: `.invalidTransition` unless it is completed.
    public mutating func resolve(at now: Timestamp) throws(TaskTransitionError) {
        guard case .completed(let completion) = state else { throw refusal(of: .resolving) }
        state = .resolving(completion)
        updatedAt = now
    }

    /// Whoever took the outcome has not come back, so the next one may. `updatedAt` stays (BBS section 5.7.2).
    ///
    /// - Throws: `.invalidTransition` unless it is resolving.
    public mutating func demote() throws(TaskTransitionError) {
        guard case .resolving(let completion) = state else { throw refusal(of: .completed) }
        state = .completed(completion)
    }

    /// Whether the one who took the outcome may delete it.
    ///
    /// - Throws: `.invalidTransition` unless it is resolving; the target that the text names is the reference's.
    public func checkDeletable() throws(TaskTransitionError) {
        guard case .resolving = state else { throw refusal(of: .resolving) }
    }

    /// It has waited for a cell for too long.
    ///
    /// - Throws: `.invalidTransition` unless it is pending.
    public mutating func expire(at now: Timestamp) throws(TaskTransitionError) {
        guard case .pending(let cell) = state else { throw refusal(of: .completed) }
        end(failed: true, failureReason: TaskFailure.expired, result: "", at: now, keptCell: cell)
    }

    /// The cell that ran it is gone.
    ///
    /// - Throws: `.invalidTransition` unless it runs.
    public mutating func loseCell(at now: Timestamp) throws(TaskTransitionError) {
        guard case .running(let cell) = state else { throw refusal(of: .completed) }
        end(failed: true, failureReason: TaskFailure.cellDisappeared, result: "", at: now, keptCell: cell)
    }

    private func refusal(of target: StateName) -> TaskTransitionError {
        .invalidTransition(guid, from: state.name, to: target)
    }

    private mutating func end(
        failed: Bool,
        failureReason: String,
        result: String,
        at now: Timestamp,
        keptCell: CellID? = nil
    ) {
        state = .completed(
            TaskCompletion(
                failed: failed,
                failureReason: ActualLRP.cut(failureReason),
                result: result,
                at: now,
                keptCell: keptCell
            )
        )
        updatedAt = now
    }
}
