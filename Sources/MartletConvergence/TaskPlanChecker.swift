import MartletModels

/// Looks for contradictions in a plan for tasks before it is applied. A finding is a bug of the planner.
public struct TaskPlanChecker: Sendable {
    private let snapshot: TaskSnapshot
    private let tasks: [TaskGUID: TaskSummary]

    public init(_ snapshot: TaskSnapshot) {
        self.snapshot = snapshot
        tasks = Dictionary(snapshot.tasks.map { ($0.guid, $0) }) { first, _ in first }
    }

    /// What is wrong, in words; empty for a sound plan.
    public func contradictions(in plan: TaskPlan) -> [String] {
        listFaults(plan) + overlaps(plan) + plan.items.compactMap(stateFault) + unadmitted(plan) + wrongfulStops(plan)
            + wrongfulLosses(plan)
    }

    /// Lists in which a task stands twice or out of order.
    private func listFaults(_ plan: TaskPlan) -> [String] {
        Dictionary(grouping: plan.items, by: \.verb).sorted { $0.key.rawValue < $1.key.rawValue }.compactMap {
            let guids = $0.value.map(\.guid)
            return zip(guids, guids.dropFirst()).allSatisfy(<) ? nil : "\($0.key.rawValue) is not sorted or repeats one"
        }
    }

    /// Tasks that are to change in two ways; what is demoted may be deleted or delivered, what is ended delivered.
    private func overlaps(_ plan: TaskPlan) -> [String] {
        Dictionary(grouping: plan.items, by: \.guid).sorted { $0.key < $1.key }.compactMap { guid, items in
            let verbs = Set(items.map(\.verb))
            guard verbs.count > 1 else { return nil }
            let isAllowed =
                verbs == [.demote, .delete]
                || (verbs.count == 2 && verbs.contains(.deliver)
                    && !verbs.isDisjoint(with: [.demote, .expire, .lose, .stop]))
            return isAllowed ? nil : "\(guid) is in \(verbs.map(\.rawValue).sorted().joined(separator: " and "))"
        }
    }

    private func stateFault(_ item: TaskPlan.Item) -> String? {
        guard let task = tasks[item.guid] else { return "\(item.guid) is not in the snapshot" }
        let isRight =
            switch item.verb {
            case .expire, .refuse, .auction: task.state == .pending
            case .lose, .stop: task.state == .running
            case .demote: task.state == .resolving
            case .delete: task.completedAt != nil
            case .deliver: task.hasCallback
            }
        return isRight ? nil : "\(item.verb.rawValue) \(item.guid), which is \(task.state)"
    }

    private func unadmitted(_ plan: TaskPlan) -> [String] {
        plan.auction.filter { isRefused($0) }.map { "\($0) is auctioned but not admitted" }
            + plan.refuse.map(\.task.guid).filter { !isRefused($0) }.map { "\($0) is refused but admitted" }
    }

    private func wrongfulStops(_ plan: TaskPlan) -> [String] {
        plan.stop.map(\.task.guid).filter { !isRefused($0) }.map { "\($0) is stopped but admitted" }
    }

    private func wrongfulLosses(_ plan: TaskPlan) -> [String] {
        plan.lose.filter { seen in tasks[seen.guid]?.cellID.map(snapshot.liveCells.contains) ?? false }
            .map { "\($0) is lost although its cell lives" }
    }

    private func isRefused(_ guid: TaskGUID) -> Bool {
        guard let task = tasks[guid] else { return false }
        return snapshot.policy.refusal(ofDocker: task.isDocker) != nil
    }
}
