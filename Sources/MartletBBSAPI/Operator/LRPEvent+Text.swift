import MartletModels

extension LRPEvent {
    /// What happened, without the name of what it happened to.
    var text: String {
        switch self {
        case .desiredLRPCreated(let lrp):
            "desired: \(lrp.instances) of \(lrp.rootFS.url.split(separator: "@").first ?? "")"
        case .desiredLRPChanged(let before, let after):
            before.instances == after.instances
                ? "desired LRP changed" : "desired: \(before.instances) → \(after.instances)"
        case .desiredLRPRemoved: "not desired any more"
        case .actualLRPCreated(let lrp): "created, \(lrp.stateText)" + Self.place(lrp) + Self.reason(lrp)
        case .actualLRPChanged(let before, let after): Self.change(before, after)
        case .actualLRPRemoved(let lrp): "removed, was \(lrp.stateText)" + Self.place(lrp)
        case .actualLRPCrashed(let before, let after):
            "crashed for the \(Self.ordinal(after.crashCount)) time" + Self.place(before) + ": \(after.crashReason)"
        }
    }

    private static func change(_ before: ActualLRP, _ after: ActualLRP) -> String {
        let states =
            before.stateText == after.stateText ? after.stateText : "\(before.stateText) → \(after.stateText)"
        return states + place(after) + reason(after)
    }

    private static func place(_ lrp: ActualLRP) -> String { lrp.instanceKey.map { " on \($0.cellID)" } ?? "" }

    private static func reason(_ lrp: ActualLRP) -> String {
        lrp.state.name == .unclaimed && !lrp.placementError.isEmpty ? ": \(lrp.placementError)" : ""
    }

    private static func ordinal(_ count: Int) -> String {
        let suffix =
            switch (count % 10, count % 100) {
            case (1, let rest) where rest != 11: "st"
            case (2, let rest) where rest != 12: "nd"
            case (3, let rest) where rest != 13: "rd"
            default: "th"
            }
        return "\(count)\(suffix)"
    }
}

extension ActualLRP {
    /// The state, and which of a key's records it is unless it is the ordinary one.
    fileprivate var stateText: String {
        switch presence {
        case .ordinary: state.name.rawValue
        case .evacuating: "\(state.name.rawValue) (leaving)"
        case .suspect: "\(state.name.rawValue) (cell lost)"
        }
    }
}
