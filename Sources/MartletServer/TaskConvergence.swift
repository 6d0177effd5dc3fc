public import MartletConvergence
public import MartletModels
public import MartletStore

/// The part of a convergence pass that is about tasks: reads those that may be due, plans, and applies the plan.
///
/// It waits for no cell and no callback; those have queues of their own.
public actor TaskConvergence {
    /// What one pass saw and did.
    public struct Outcome: Hashable, Sendable {
        /// Tasks looked at.
        public var seen = 0
        /// They were as the events up to this one have made them.
        public var lastEvent: Int64 = 0
        /// How many items of each kind the plan had.
        public var decided: [String: Int] = [:]
        /// The items in words, in the order in which they were applied.
        public var items: [String] = []
        /// Items whose records were changed.
        public var applied = 0
        /// Items that could not be applied, with the reason.
        public var failures: [String] = []
        /// The earliest moment at which a task becomes due by itself; `nil` when none will.
        public var nextWake: Timestamp?
        /// Tasks that want a cell: ask for an auction.
        public var toAuction: [TaskGUID] = []

        public init() {}

        mutating func wake(by time: Timestamp?) {
            guard let time else { return }
            nextWake = min(nextWake ?? time, time)
        }
    }

    private let store: Store
    private let canceller: TaskCanceller
    private let callbacks: TaskCallbacks
    nonisolated let rules: TaskRules
    private var asked: RecentTimes<TaskGUID>

    public init(store: Store, canceller: TaskCanceller, callbacks: TaskCallbacks, rules: TaskRules = TaskRules()) {
        (self.store, self.canceller, self.callbacks, self.rules) = (store, canceller, callbacks, rules)
        asked = RecentTimes(keptFor: rules.kickAfter)
    }

    /// One pass over the tasks that may be due. A quiet one reads a handful of rows, however many there are.
    ///
    /// - Parameters:
    ///   - liveCells: the cells whose presence has not run out.
    ///   - cellAppearedAt: when the newest cell appeared, so that what found no place before is tried again.
    ///   - flagChangedAt: when the flag was last turned on or off, so that what was refused on the way is tried again.
    ///   - startedAt: when the server started; what waits since before is on its way to no cell.
    /// - Throws: when the store could not be read.
    public func pass(
        now: Timestamp,
        liveCells: Set<CellID>,
        policy: AdmissionPolicy,
        cellAppearedAt: Timestamp? = nil,
        flagChangedAt: Timestamp? = nil,
        startedAt: Timestamp? = nil
    ) async throws(StoreError) -> Outcome {
        let found = try await candidates(policy, since: [cellAppearedAt, startedAt].compactMap(\.self).max())
        var snapshot = TaskSnapshot(
            now: now,
            tasks: found.tasks,
            liveCells: liveCells,
            policy: policy,
            cellAppearedAt: cellAppearedAt,
            flagChangedAt: flagChangedAt,
            startedAt: startedAt,
            rules: rules
        )
        for task in snapshot.tasks { snapshot.asked[task.guid] = asked[task.guid] }
        let plan = convergeTasks(snapshot)
        var outcome = Outcome()
        (outcome.seen, outcome.lastEvent) = (snapshot.tasks.count, found.lastEvent)
        outcome.wake(by: plan.nextDue)
        guard !plan.isEmpty else { return outcome }
        outcome.decided = plan.counts
        outcome.items = plan.items.map(\.description)
        outcome.failures = TaskPlanChecker(snapshot).contradictions(in: plan).map {
            "the plan contradicts itself: \($0)"
        }
        if outcome.failures.isEmpty { await apply(plan, at: now, &outcome) }
        return outcome
    }

    private nonisolated func candidates(
        _ policy: AdmissionPolicy,
        since: Timestamp?
    ) async throws(StoreError) -> (tasks: [TaskSummary], lastEvent: Int64) {
        let refusal = policy.refusal(of: AdmissionSubject(isDocker: true))?.placementError
        let rules = rules
        return try await store.read { (snapshot) throws(StoreError) in
            (
                try snapshot.taskCandidates(rules, refusal: refusal, waitingSince: since),
                try snapshot.lastEventNumber()
            )
        }
    }

    private func apply(_ plan: TaskPlan, at now: Timestamp, _ outcome: inout Outcome) async {
        await change(plan.expire, "expire-task", &outcome) { (seen, transaction) throws(StoreError) in
            try transaction.expireTask(seen)
        }
        await change(plan.lose, "lose-task", &outcome) { (seen, transaction) throws(StoreError) in
            try transaction.loseTask(seen)
        }
        let stopped = await change(plan.stop, "stop-task", &outcome) { (stopped, transaction) throws(StoreError) in
            try transaction.stopTask(stopped)
        }
        for task in stopped { await canceller.request(task.task.guid, on: task.cellID) }
        await change(plan.refuse, "refuse-task", &outcome) { (refused, transaction) throws(StoreError) in
            try transaction.refuseTask(refused)
        }
        await change(plan.demote, "demote-task", &outcome) { (seen, transaction) throws(StoreError) in
            try transaction.demoteTask(seen)
        }
        await change(plan.delete, "delete-task", &outcome) { (seen, transaction) throws(StoreError) in
            try transaction.pruneTask(seen)
        }
        await callbacks.request(plan.deliver)
        asked.note(plan.auction, at: now)
        outcome.toAuction = plan.auction
        if !plan.auction.isEmpty { outcome.wake(by: now + rules.kickAfter) }
    }

    /// Verbs that run at the same time share one commit.
    ///
    /// - Returns: the items whose records were changed.
    @discardableResult
    private func change<Item: Sendable>(
        _ items: [Item],
        _ verb: String,
        _ outcome: inout Outcome,
        _ apply: @escaping @Sendable (Item, inout StoreTransaction) throws(StoreError) -> Change<MartletTask>
    ) async -> [Item] {
        let store = store
        let results = await inParallel(items) { item -> Result<Change<MartletTask>, StoreError> in
            do throws(StoreError) {
                return .success(
                    try await store.write { (transaction) throws(StoreError) in try apply(item, &transaction) }
                )
            } catch { return .failure(error) }
        }
        var applied: [Item] = []
        for (item, result) in zip(items, results) {
            switch result {
            case .failure(let error): outcome.failures.append("\(verb) \(item): \(error)")
            case .success(let change):
                guard let event = change.event else { continue }
                applied.append(item)
                if case .taskChanged(_, let task) = event { outcome.wake(by: rules.dueTime(of: TaskSummary(task))) }
            }
        }
        outcome.applied += applied.count
        return applied
    }
}
