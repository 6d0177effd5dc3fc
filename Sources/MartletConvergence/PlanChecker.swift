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
        listFaults(plan) + overlaps(plan) + unadmitted(plan) + wrongfulRetirements(plan) + brakeFaults(plan)
    }

    /// Keys that stand twice in a list or out of its order.
    private func listFaults(_ plan: ConvergencePlan) -> [Contradiction] {
        Dictionary(grouping: plan.items, by: \.verb).sorted { $0.key.rawValue < $1.key.rawValue }.flatMap {
            verb,
            items in
            zip(items, items.dropFirst()).filter { $0.key >= $1.key }.map { _, item in
                Contradiction(item.key, "\(verb.rawValue) repeats \(item.key), or has it out of order")
            }
        }
    }

    /// Keys whose ordinary record is to change in two ways.
    private func overlaps(_ plan: ConvergencePlan) -> [Contradiction] {
        let ordinary = plan.items.filter { item in
            switch item.verb {
            case .removeSuspect, .removeEvacuating, .stopEvacuating, .withheld: false
            default: true
            }
        }
        let twice = Dictionary(grouping: ordinary, by: \.key).filter { $0.value.count > 1 }
        let suspects = Set(plan.removeSuspect).intersection(plan.unsuspect + plan.suspect)
        return twice.sorted { $0.key < $1.key }.map { key, items in
            Contradiction(key, "\(key) is in \(items.map(\.verb.rawValue).joined(separator: " and "))")
        }
            + suspects.sorted().map { key in
                Contradiction(key, "the suspect record of \(key) is both kept and removed")
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
        let isDocker = Dictionary(snapshot.instances.map { ($0.id, $0.isDocker) }) { first, _ in first }
        return (plan.retire + plan.stopEvacuating).compactMap { retired in
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
