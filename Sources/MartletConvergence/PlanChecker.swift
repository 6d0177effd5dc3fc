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
        let infos = self.infos
        return plan.auctionRequests.compactMap { key in
            guard let info = infos[key.processGUID] else { return "\(key) is auctioned but not desired" }
            guard key.index < info.instances else { return "\(key) is auctioned beyond \(info.instances) instances" }
            return snapshot.policy.refusal(of: info) == nil ? nil : "\(key) is auctioned but not admitted"
        }
    }

    private func wrongfulRetirements(_ plan: ConvergencePlan) -> [String] {
        let infos = self.infos
        return (plan.retire + plan.stopEvacuating).compactMap { retired in
            let info = infos[retired.key.processGUID]
            switch retired.reason {
            case .flag:
                let isRefused = info.map { snapshot.policy.refusal(of: $0) != nil } ?? false
                return isRefused ? nil : "\(retired.key) is retired for a flag that does not govern it"
            case .notDesired: return info == nil ? nil : "\(retired.key) is retired as not desired, but is"
            case .beyondInstances:
                let isBeyond = info.map { retired.key.index >= $0.instances } ?? false
                return isBeyond ? nil : "\(retired.key) is retired as beyond the instances, but is not"
            }
        }
    }

    private func brakeFaults(_ plan: ConvergencePlan) -> [String] {
        guard plan.braked != nil else { return plan.withheld.isEmpty ? [] : ["something is withheld without a brake"] }
        return plan.retire.filter { retired in
            guard !retired.reason.isDecided, case .stop = retired.action else { return false }
            return true
        }.map { "\($0.key) is stopped although the brake is on" }
    }

    private var infos: [ProcessGUID: DesiredLRPSchedulingInfo] {
        Dictionary(snapshot.desired.map { ($0.processGUID, $0) }) { first, _ in first }
    }
}
