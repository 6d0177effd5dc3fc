/// One instance of a desired LRP: not yet placed, running, or crashed.
///
/// At most one of each presence exists for a key. Transitions are in `ActualLRP+Transitions.swift`.
public struct ActualLRP: Hashable, Sendable {
    /// Which of the up to three records of a key this is.
    public enum Presence: Int32, Hashable, Sendable, CaseIterable {
        /// The record that convergence works on.
        case ordinary = 0
        /// Keeps running on a draining cell until its replacement runs.
        case evacuating = 1
        /// Its cell is gone, perhaps only for us; routed to until its replacement runs.
        case suspect = 2
    }

    /// What only makes sense in one state is carried by that state.
    public enum State: Hashable, Sendable {
        case unclaimed
        case claimed(ActualLRPInstanceKey)
        case running(ActualLRPInstanceKey, ActualLRPNetInfo)
        case crashed

        /// As on the wire and in the database.
        public var name: StateName {
            switch self {
            case .unclaimed: .unclaimed
            case .claimed: .claimed
            case .running: .running
            case .crashed: .crashed
            }
        }
    }

    public enum StateName: String, Hashable, Sendable, CaseIterable {
        case unclaimed = "UNCLAIMED"
        case claimed = "CLAIMED"
        case running = "RUNNING"
        case crashed = "CRASHED"
    }

    public let key: ActualLRPKey
    public internal(set) var presence: Presence
    public internal(set) var state: State
    /// When `state` last changed.
    public internal(set) var since: Timestamp
    /// Crashes in a row; a run of more than five minutes starts the count anew.
    public internal(set) var crashCount: Int = 0
    /// Why it crashed last, cut to 1,024 bytes.
    public internal(set) var crashReason: String = ""
    /// Why it could not be placed last, cut to 1,024 bytes; cleared when a cell takes it.
    public internal(set) var placementError: String = ""
    public internal(set) var modificationTag: ModificationTag
    /// Host names under which other containers reach it, as of its last start.
    public internal(set) var internalRoutes: [String] = []
    public internal(set) var metricTags: [String: String] = [:]
    public internal(set) var routable: Bool = false
    public internal(set) var availabilityZone: String = ""

    /// A new instance waiting for a cell.
    public init(unclaimed key: ActualLRPKey, at now: Timestamp, epoch: String) {
        self.key = key
        presence = .ordinary
        state = .unclaimed
        since = now
        modificationTag = ModificationTag(epoch: epoch)
    }

    /// Who holds it; `nil` when unclaimed or crashed.
    public var instanceKey: ActualLRPInstanceKey? {
        switch state {
        case .claimed(let instance), .running(let instance, _): instance
        case .unclaimed, .crashed: nil
        }
    }

    public var netInfo: ActualLRPNetInfo? {
        guard case .running(_, let netInfo) = state else { return nil }
        return netInfo
    }
}

extension ActualLRP {
    /// Every field at once, for what has been stored or received; the rules of transitions do not apply.
    public init(
        restoring key: ActualLRPKey,
        presence: Presence,
        state: State,
        since: Timestamp,
        crashCount: Int,
        crashReason: String,
        placementError: String,
        modificationTag: ModificationTag,
        internalRoutes: [String],
        metricTags: [String: String],
        routable: Bool,
        availabilityZone: String
    ) {
        self.key = key
        self.presence = presence
        self.state = state
        self.since = since
        self.crashCount = crashCount
        self.crashReason = crashReason
        self.placementError = placementError
        self.modificationTag = modificationTag
        self.internalRoutes = internalRoutes
        self.metricTags = metricTags
        self.routable = routable
        self.availabilityZone = availabilityZone
    }
}
