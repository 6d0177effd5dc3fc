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
        /// Those of the items that are not tried again after a failure.
        public var news: [String] = []
        /// Items whose records were changed.
        public var applied = 0
        /// Items that could not be applied, with the reason.
        public var failures: [String] = []
        /// What was set aside, because its record cannot be read or its plan contradicts itself.
        public var faults: [String] = []
        /// The earliest moment at which a task becomes due by itself; `nil` when none will.
        public var nextWake: Timestamp?
        /// Tasks that want a cell: ask for an auction.
        public var toAuction: [TaskGUID] = []

        /// A pass that has seen nothing.
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
    /// Of the pass before: what it could not do is no news.
    private var failed: Set<TaskGUID> = []
    /// Whose records cannot be read, which is found out by changing them: left alone for an hour at a time.
    private var damaged = RecentTimes<TaskGUID>(keptFor: .seconds(3_600))

    /// - Parameter rules: the constants of a pass.
    public init(store: Store, canceller: TaskCanceller, callbacks: TaskCallbacks, rules: TaskRules = TaskRules()) {
        (self.store, self.canceller, self.callbacks, self.rules) = (store, canceller, callbacks, rules)
        asked = RecentTimes(keptFor: rules.kickAfter)
    }

    /// One pass over the tasks that may be due. A quiet one reads a handful of rows, however many there are.
    ///
    /// - Parameter world: what holds for all tasks; the tasks are read here.
    /// - Throws: when the store could not be read.
    public func pass(_ world: TaskSnapshot) async throws(StoreError) -> Outcome {
        damaged.expire(at: world.now)
        let (snapshot, lastEvent) = try await completed(world)
        let (plan, contradictions) = TaskPlanChecker(snapshot).sound(convergeTasks(snapshot))
        var outcome = Outcome()
        let retried = failed
        failed = []
        (outcome.seen, outcome.lastEvent) = (snapshot.tasks.count, lastEvent)
        outcome.wake(by: plan.nextDue)
        outcome.faults = contradictions.map { "task \($0.task): the plan contradicts itself: \($0)" }
        guard !plan.isEmpty else { return outcome }
        outcome.decided = plan.counts
        outcome.items = plan.items.map(\.description)
        outcome.news = plan.items.filter { !retried.contains($0.guid) }.map(\.description)
        await apply(plan, at: world.now, &outcome)
        return outcome
    }

    /// What a pass would do now, without doing it; parameters and errors are those of `pass`.
    func preview(_ world: TaskSnapshot) async throws(StoreError) -> TaskPlan {
        let (snapshot, _) = try await completed(world)
        return TaskPlanChecker(snapshot).sound(convergeTasks(snapshot)).plan
    }

    private func completed(
        _ world: TaskSnapshot
    ) async throws(StoreError) -> (snapshot: TaskSnapshot, lastEvent: Int64) {
        let since = [world.cellAppearedAt, world.startedAt].compactMap(\.self).max()
        let found = try await candidates(world.policy, since: since)
        var snapshot = world
        (snapshot.tasks, snapshot.rules) = (found.tasks.filter { damaged[$0.guid] == nil }, rules)
        for task in snapshot.tasks { snapshot.asked[task.guid] = asked[task.guid] }
        return (snapshot, found.lastEvent)
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
        await change(plan.expire, \.guid, "expire-task", at: now, &outcome) { (seen, transaction) throws(StoreError) in
            try transaction.expireTask(seen)
        }
        await change(plan.lose, \.guid, "lose-task", at: now, &outcome) { (seen, transaction) throws(StoreError) in
            try transaction.loseTask(seen)
        }
        let stopped = await change(plan.stop, \.task.guid, "stop-task", at: now, &outcome) {
            (stopped, transaction) throws(StoreError) in try transaction.stopTask(stopped)
        }
        // What runs has to stop whether or not its record can be read.
        let unreadable = plan.stop.filter { damaged[$0.task.guid] != nil }
        for task in stopped + unreadable { await canceller.request(task.task.guid, on: task.cellID) }
        await change(plan.refuse, \.task.guid, "refuse-task", at: now, &outcome) {
            (refused, transaction) throws(StoreError) in
            try transaction.refuseTask(refused)
        }
        await change(plan.demote, \.guid, "demote-task", at: now, &outcome) { (seen, transaction) throws(StoreError) in
            try transaction.demoteTask(seen)
        }
        await change(plan.delete, \.guid, "delete-task", at: now, &outcome) { (seen, transaction) throws(StoreError) in
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
        _ guid: (Item) -> TaskGUID,
        _ verb: String,
        at now: Timestamp,
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
            case .failure(.damaged(let text)):
                damaged.note(guid(item), at: now)
                outcome.faults.append("\(verb) \(item): \(text)")
            case .failure(let error):
                failed.insert(guid(item))
                outcome.failures.append("\(verb) \(item): \(error)")
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
