public import MartletModels

/// Looks for contradictions in a plan before it is applied. A finding is a bug of the planner.
public struct PlanChecker: Sendable {
    /// What is wrong with the items of one instance.
    public struct Contradiction: Hashable, Sendable, CustomStringConvertible {
        /// What is not to be applied because of it.
        public var instance: InstanceID
        /// In words, the instance among them.
        public var description: String

        init(_ key: ActualLRPKey, _ text: String) { (instance, description) = (key.id, text) }
    }

    private typealias PlanList = (verb: ConvergencePlan.Item.Verb, keys: [ActualLRPKey])

    private let snapshot: ConvergenceSnapshot

    /// - Parameter snapshot: what the plans to be checked were made from.
    public init(_ snapshot: ConvergenceSnapshot) { self.snapshot = snapshot }

    /// What may be applied: all but the items of the instances that are contradicted, and what is wrong with those.
    public func sound(
        _ plan: ConvergencePlan
    ) -> (plan: ConvergencePlan, contradictions: [Contradiction]) {
        guard !plan.isEmpty else { return (plan, []) }
        let contradictions = contradictions(in: plan)
        guard !contradictions.isEmpty else { return (plan, []) }
        return (plan.without(Set(contradictions.map(\.instance))), contradictions)
    }

    /// What is wrong; empty for a sound plan.
    public func contradictions(in plan: ConvergencePlan) -> [Contradiction] {
        let lists = plan.lists.filter { !$0.keys.isEmpty }
        return listFaults(lists) + overlaps(plan, lists) + unadmitted(plan) + wrongfulRetirements(plan)
            + brakeFaults(plan)
    }

    /// Keys that stand twice in a list or out of its order.
    private func listFaults(_ lists: [PlanList]) -> [Contradiction] {
        lists.sorted { $0.verb.rawValue < $1.verb.rawValue }.flatMap { verb, keys in
            zip(keys, keys.dropFirst()).filter { $0 >= $1 }.map { _, key in
                Contradiction(key, "\(verb.rawValue) repeats \(key), or has it out of order")
            }
        }
    }

    /// Keys whose ordinary record is to change in two ways.
    private func overlaps(_ plan: ConvergencePlan, _ lists: [PlanList]) -> [Contradiction] {
        let ordinary = lists.filter { list in
            switch list.verb {
            case .removeSuspect, .removeEvacuating, .stopEvacuating, .withheld: false
            default: true
            }
        }
        let suspects = Set(plan.removeSuspect).intersection(plan.unsuspect + plan.suspect)
        return twice(ordinary)
            + suspects.sorted().map { key in
                Contradiction(key, "the suspect record of \(key) is both kept and removed")
            }
    }

    private func twice(_ lists: [PlanList]) -> [Contradiction] {
        // Nearly always one thing happens to all; what stands twice in one list is found by its order.
        guard lists.count > 1 else { return [] }
        let verbs = lists.reduce(into: [ActualLRPKey: [ConvergencePlan.Item.Verb]]()) { verbs, list in
            for key in list.keys { verbs[key, default: []].append(list.verb) }
        }
        return verbs.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { key, verbs in
            Contradiction(key, "\(key) is in \(verbs.map(\.rawValue).joined(separator: " and "))")
        }
    }

    private func unadmitted(_ plan: ConvergencePlan) -> [Contradiction] {
        plan.auctionRequests.compactMap { key in
            guard let desired = snapshot.desired[key.processGUID] else {
                return Contradiction(key, "\(key) is auctioned but not desired")
            }
            guard desired.wants(key.id) else {
                return Contradiction(key, "\(key) is auctioned beyond \(desired.instances) instances")
            }
            let refusal = snapshot.policy.refusal(of: AdmissionSubject(isDocker: desired.isDocker))
            return refusal == nil ? nil : Contradiction(key, "\(key) is auctioned but not admitted")
        }
    }

    private func wrongfulRetirements(_ plan: ConvergencePlan) -> [Contradiction] {
        let retired = plan.retire + plan.stopEvacuating
        guard !retired.isEmpty else { return [] }
        // Only of what is not desired; what is desired says it itself.
        let isDocker = Dictionary(
            snapshot.instances.lazy.filter { snapshot.desired[$0.id.processGUID] == nil }.map { ($0.id, $0.isDocker) }
        ) { first, _ in first }
        return retired.compactMap { retired in
            let (key, desired) = (retired.key, snapshot.desired[retired.key.processGUID])
            let isRight: Bool
            switch retired.reason {
            case .flag:
                let subject = AdmissionSubject(isDocker: desired?.isDocker ?? isDocker[key.id] ?? nil)
                isRight = snapshot.policy.refusal(of: subject) != nil
            case .notDesired: isRight = desired == nil
            case .beyondInstances: isRight = !(desired?.wants(key.id) ?? true)
            }
            return isRight ? nil : Contradiction(key, "\(key) is wrongfully retired as: \(retired.reason)")
        }
    }

    private func brakeFaults(_ plan: ConvergencePlan) -> [Contradiction] {
        guard snapshot.brake != nil else {
            return plan.withheld.map { Contradiction($0.key, "\($0.key) is withheld without a brake") }
        }
        return plan.retire.filter { retired in
            guard !retired.reason.isDecided, case .stop = retired.action else { return false }
            return true
        }.map { Contradiction($0.key, "\($0.key) is stopped although the brake is on") }
    }
}
