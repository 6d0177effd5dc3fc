public import MartletModels

extension ConvergencePlan: CustomStringConvertible {
    /// One line an item, as a log or an operator reads it; "nothing to do" when there is none.
    public var description: String {
        let lines = items.map(\.description)
        return lines.isEmpty ? "nothing to do" : lines.joined(separator: "\n")
    }

    /// How many items of each kind; kinds without items are left out.
    public var counts: [String: Int] {
        lists.reduce(into: [:]) { counts, list in
            if !list.keys.isEmpty { counts[list.verb.rawValue] = list.keys.count }
        }
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
    public var items: [Item] { items(limit: .max) }

    /// As `items`, but only the first so many: the texts of a large plan cost more than the plan.
    public func items(limit: Int) -> [Item] {
        var items: [Item] = []
        func add<Entry>(_ verb: Item.Verb, _ entries: [Entry], _ describe: (Entry) -> (ActualLRPKey, String)) {
            for entry in entries.prefix(limit - items.count) {
                let (key, detail) = describe(entry)
                items.append(Item(verb: verb, key: key, detail: detail))
            }
        }
        func add(_ verb: Item.Verb, _ keys: [ActualLRPKey]) { add(verb, keys) { ($0, "") } }
        func add(_ verb: Item.Verb, _ refused: [RefusedInstance]) { add(verb, refused) { ($0.key, $0.placementError) } }
        func add(_ verb: Item.Verb, _ retired: [RetiredInstance]) {
            add(verb, retired) { ($0.key, "\($0.reason), \($0.action.text)") }
        }
        add(.removeEvacuating, removeEvacuating)
        add(.removeSuspect, removeSuspect)
        add(.stopEvacuating, stopEvacuating)
        add(.retire, retire)
        add(.refuse, refuse)
        add(.unsuspect, unsuspect)
        add(.suspectRefused, suspectRefused)
        add(.suspect, suspect)
        add(.unclaim, unclaim)
        add(.createRefused, createRefused)
        add(.create, create)
        add(.restart, restart)
        add(.auction, auction)
        add(.update, update)
        add(.withheld, withheld)
        return items
    }

    /// Every list with its keys, without a text for each; in the order in which they are applied.
    var lists: [(verb: Item.Verb, keys: [ActualLRPKey])] {
        [
            (.removeEvacuating, removeEvacuating), (.removeSuspect, removeSuspect),
            (.stopEvacuating, stopEvacuating.map(\.key)), (.retire, retire.map(\.key)), (.refuse, refuse.map(\.key)),
            (.unsuspect, unsuspect), (.suspectRefused, suspectRefused.map(\.key)), (.suspect, suspect),
            (.unclaim, unclaim), (.createRefused, createRefused.map(\.key)), (.create, create), (.restart, restart),
            (.auction, auction), (.update, update), (.withheld, withheld.map(\.key)),
        ]
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
