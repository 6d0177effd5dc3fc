public import MartletModels

extension ConvergencePlan: CustomStringConvertible {
    /// One line an item, as a log or an operator reads it; "nothing to do" when there is none.
    public var description: String {
        let lines = items.map(\.description)
        return lines.isEmpty ? "nothing to do" : lines.joined(separator: "\n")
    }

    /// How many items of each kind; kinds without items are left out.
    public var counts: [String: Int] {
        items.reduce(into: [:]) { $0[$1.verb.rawValue, default: 0] += 1 }
    }

    /// One thing to do, for printing and for records.
    public struct Item: Hashable, Sendable, CustomStringConvertible {
        /// What is done; the lists of the plan by the names that records and logs use.
        public enum Verb: String, Hashable, Sendable {
            case create, createRefused = "create-refused", refuse, auction, restart, unclaim, suspect
            case suspectRefused = "suspect-refused", unsuspect, retire, removeSuspect = "remove-suspect"
            case removeEvacuating = "remove-evacuating", stopEvacuating = "stop-evacuating", update, withheld
        }

        /// What is done.
        public var verb: Verb
        /// To which instance.
        public var key: ActualLRPKey
        /// Why and how, in words; empty when the verb says it all.
        public var detail: String

        /// The verb, the instance, and after a colon the detail.
        public var description: String { "\(verb.rawValue) \(key)\(detail.isEmpty ? "" : ": \(detail)")" }
    }

    /// Everything in the plan, in the order in which it is applied.
    public var items: [Item] {
        items(.removeEvacuating, removeEvacuating) + items(.removeSuspect, removeSuspect)
            + items(.stopEvacuating, stopEvacuating) + items(.retire, retire) + items(.refuse, refuse)
            + items(.unsuspect, unsuspect) + items(.suspectRefused, suspectRefused) + items(.suspect, suspect)
            + items(.unclaim, unclaim) + items(.createRefused, createRefused) + items(.create, create)
            + items(.restart, restart) + items(.auction, auction) + items(.update, update)
            + items(.withheld, withheld)
    }

    private func items(_ verb: Item.Verb, _ keys: [ActualLRPKey]) -> [Item] {
        keys.map { Item(verb: verb, key: $0, detail: "") }
    }

    private func items(_ verb: Item.Verb, _ refused: [RefusedInstance]) -> [Item] {
        refused.map { Item(verb: verb, key: $0.key, detail: $0.placementError) }
    }

    private func items(_ verb: Item.Verb, _ retired: [RetiredInstance]) -> [Item] {
        retired.map { Item(verb: verb, key: $0.key, detail: "\($0.reason), \($0.action.text)") }
    }
}

extension RetiredInstance.Reason: CustomStringConvertible {
    /// As in records and logs.
    public var description: String {
        switch self {
        case .flag(let flag): "\(flag.rawValue) is disabled"
        case .notDesired: "not desired"
        case .beyondInstances(let instances): "beyond the desired \(instances)"
        }
    }
}

extension ActualLRP.Retirement {
    fileprivate var text: String {
        switch self {
        case .removeRecord: "remove the record"
        case .stop(let instance): "stop \(instance.instanceGUID) on \(instance.cellID)"
        }
    }
}
