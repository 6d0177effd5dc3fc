public import MartletModels

/// Looks for contradictions in a plan for tasks before it is applied. A finding is a bug of the planner.
public struct TaskPlanChecker: Sendable {
    /// What is wrong with the items of one task.
    public struct Contradiction: Hashable, Sendable, CustomStringConvertible {
        /// What is not to be applied because of it.
        public var task: TaskGUID
        /// In words, the task among them.
        public var description: String

        init(_ task: TaskGUID, _ text: String) { (self.task, description) = (task, text) }
    }

    private let snapshot: TaskSnapshot
    private let tasks: [TaskGUID: TaskSummary]

    /// - Parameter snapshot: what the plans to be checked were made from.
    public init(_ snapshot: TaskSnapshot) {
        self.snapshot = snapshot
        tasks = Dictionary(snapshot.tasks.map { ($0.guid, $0) }) { first, _ in first }
    }

    /// What may be applied: all but the items of the tasks that are contradicted, and what is wrong with those.
    public func sound(_ plan: TaskPlan) -> (plan: TaskPlan, contradictions: [Contradiction]) {
        guard !plan.isEmpty else { return (plan, []) }
        let contradictions = contradictions(in: plan)
        guard !contradictions.isEmpty else { return (plan, []) }
        return (plan.without(Set(contradictions.map(\.task))), contradictions)
    }

    /// What is wrong; empty for a sound plan.
    public func contradictions(in plan: TaskPlan) -> [Contradiction] {
        listFaults(plan) + overlaps(plan) + plan.items.compactMap(stateFault) + unadmitted(plan) + wrongfulStops(plan)
            + wrongfulLosses(plan)
    }

    /// Tasks that stand twice in a list or out of its order.
    private func listFaults(_ plan: TaskPlan) -> [Contradiction] {
        Dictionary(grouping: plan.items, by: \.verb).sorted { $0.key.rawValue < $1.key.rawValue }.flatMap {
            verb,
            items in
            zip(items, items.dropFirst()).filter { $0.guid >= $1.guid }.map { _, item in
                Contradiction(item.guid, "\(verb.rawValue) repeats \(item.guid), or has it out of order")
            }
        }
    }

    /// Tasks that are to change in two ways; what is demoted may be deleted or delivered, what is ended delivered.
    private func overlaps(_ plan: TaskPlan) -> [Contradiction] {
        Dictionary(grouping: plan.items, by: \.guid).sorted { $0.key < $1.key }.compactMap { guid, items in
            let verbs = Set(items.map(\.verb))
            guard verbs.count > 1 else { return nil }
            let isAllowed =
                verbs == [.demote, .delete]
                || (verbs.count == 2 && verbs.contains(.deliver)
                    && !verbs.isDisjoint(with: [.demote, .expire, .lose, .stop]))
            let names = verbs.map(\.rawValue).sorted().joined(separator: " and ")
            return isAllowed ? nil : Contradiction(guid, "\(guid) is in \(names)")
        }
    }

    private func stateFault(_ item: TaskPlan.Item) -> Contradiction? {
        guard let task = tasks[item.guid] else {
            return Contradiction(item.guid, "\(item.guid) is not in the snapshot")
        }
        let isRight =
            switch item.verb {
            case .expire, .refuse, .auction: task.state == .pending
            case .lose, .stop: task.state == .running
            case .demote: task.state == .resolving
            case .delete: task.completedAt != nil
            case .deliver: task.hasCallback
            }
        return isRight
            ? nil : Contradiction(item.guid, "\(item.verb.rawValue) \(item.guid), which is \(task.state)")
    }

    private func unadmitted(_ plan: TaskPlan) -> [Contradiction] {
        plan.auction.filter { isRefused($0) }.map { Contradiction($0, "\($0) is auctioned but not admitted") }
            + plan.refuse.map(\.task.guid).filter { !isRefused($0) }.map {
                Contradiction($0, "\($0) is refused but admitted")
            }
    }

    private func wrongfulStops(_ plan: TaskPlan) -> [Contradiction] {
        plan.stop.map(\.task.guid).filter { !isRefused($0) }.map { Contradiction($0, "\($0) is stopped but admitted") }
    }

    private func wrongfulLosses(_ plan: TaskPlan) -> [Contradiction] {
        plan.lose.filter { seen in tasks[seen.guid]?.cellID.map(snapshot.liveCells.contains) ?? false }
            .map { Contradiction($0.guid, "\($0) is lost although its cell lives") }
    }

    private func isRefused(_ guid: TaskGUID) -> Bool {
        guard let task = tasks[guid] else { return false }
        return snapshot.policy.refusal(ofDocker: task.isDocker) != nil
    }
}
