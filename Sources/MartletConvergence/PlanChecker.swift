import MartletModels

/// Looks for contradictions in a plan before it is applied. A finding is a bug of the planner.
public struct PlanChecker: Sendable {
    private let snapshot: ConvergenceSnapshot

    public init(_ snapshot: ConvergenceSnapshot) { self.snapshot = snapshot }

    /// What is wrong, in words; empty for a sound plan.
    public func contradictions(in plan: ConvergencePlan) -> [String] {
        listFaults(plan) + overlaps(plan) + unadmitted(plan) + wrongfulRetirements(plan) + brakeFaults(plan)
    }

    /// Lists in which a key stands twice or out of order.
    private func listFaults(_ plan: ConvergencePlan) -> [String] {
        Dictionary(grouping: plan.items, by: \.verb).sorted { $0.key.rawValue < $1.key.rawValue }.compactMap {
            let keys = $0.value.map(\.key)
            return zip(keys, keys.dropFirst()).allSatisfy(<) ? nil : "\($0.key.rawValue) is not sorted or repeats a key"
        }
    }

    /// Keys whose ordinary record is to change in two ways.
    private func overlaps(_ plan: ConvergencePlan) -> [String] {
        let ordinary = plan.items.filter { item in
            switch item.verb {
            case .removeSuspect, .removeEvacuating, .stopEvacuating, .withheld: false
            default: true
            }
        }
        let twice = Dictionary(grouping: ordinary, by: \.key).filter { $0.value.count > 1 }
        let suspects = Set(plan.removeSuspect).intersection(plan.unsuspect + plan.suspect)
        return twice.sorted { $0.key < $1.key }.map { key, items in
            "\(key) is in \(items.map(\.verb.rawValue).joined(separator: " and "))"
        } + suspects.sorted().map { "the suspect record of \($0) is both kept and removed" }
    }

    private func unadmitted(_ plan: ConvergencePlan) -> [String] {
        plan.auctionRequests.compactMap { key in
            guard let desired = snapshot.desired[key.processGUID] else { return "\(key) is auctioned but not desired" }
            guard desired.wants(key.id) else { return "\(key) is auctioned beyond \(desired.instances) instances" }
            let refusal = snapshot.policy.refusal(of: AdmissionSubject(isDocker: desired.isDocker))
            return refusal == nil ? nil : "\(key) is auctioned but not admitted"
        }
    }

    private func wrongfulRetirements(_ plan: ConvergencePlan) -> [String] {
        let isDocker = Dictionary(snapshot.instances.map { ($0.id, $0.isDocker) }) { first, _ in first }
        return (plan.retire + plan.stopEvacuating).compactMap { retired in
            let desired = snapshot.desired[retired.key.processGUID]
            switch retired.reason {
            case .flag:
                let subject = AdmissionSubject(isDocker: desired?.isDocker ?? isDocker[retired.key.id] ?? nil)
                let isRefused = snapshot.policy.refusal(of: subject) != nil
                return isRefused ? nil : "\(retired.key) is retired for a flag that does not govern it"
            case .notDesired: return desired == nil ? nil : "\(retired.key) is retired as not desired, but is"
            case .beyondInstances:
                let isWanted = desired?.wants(retired.key.id) ?? true
                return isWanted ? "\(retired.key) is retired as beyond the instances, but is not" : nil
            }
        }
    }

    private func brakeFaults(_ plan: ConvergencePlan) -> [String] {
        guard snapshot.brake != nil else {
            return plan.withheld.isEmpty ? [] : ["something is withheld without a brake"]
        }
        return plan.retire.filter { retired in
            guard !retired.reason.isDecided, case .stop = retired.action else { return false }
            return true
        }.map { "\($0.key) is stopped although the brake is on" }
    }
}
