import MartletModels

/// Whether the brake has to hold, from what the events tell. The rule is spelled out here, so that a fault in the brake
/// itself is seen: at least ten stops that nobody decided, and more than half of what runs.
struct BrakeWatch: Sendable {
    static let minimum = 10

    /// Since when it has to hold.
    private(set) var since: Timestamp?
    /// Whether it was ever put on record that it holds.
    private(set) var isOnRecord = false
    /// Records that somebody decided to stop: their process was removed while they were there, or the brake released.
    private var decided: Set<RecordID> = []

    /// - Parameter mirror: as of after the event.
    mutating func see(_ event: StoreEvent, after mirror: Mirror, at now: Timestamp) {
        switch event {
        case .brakeApplied: isOnRecord = true
        case .brakeReleased: decided.formUnion(undecided(mirror, at: now))
        case .lrp(.desiredLRPRemoved(let lrp)):
            decided.formUnion(mirror.actual.keys.filter { $0.processGUID == lrp.processGUID })
        case .lrp(.actualLRPRemoved(let lrp)): decided.remove(RecordID(lrp))
        default: break
        }
        judge(mirror, at: now)
    }

    /// Time alone may change it, because domains are fresh for a while only.
    mutating func judge(_ mirror: Mirror, at now: Timestamp) {
        let stops = Set(undecided(mirror, at: now).map { InstanceID($0.processGUID, $0.index) }).count
        let running = mirror.actual.values.count { $0.instanceKey != nil }
        let isOn = stops >= Self.minimum && 2 * stops > running
        since = isOn ? since ?? now : nil
    }

    /// What would stop although nobody decided that.
    func undecided(_ mirror: Mirror, at now: Timestamp) -> Set<RecordID> {
        let found = mirror.actual.filter { id, lrp in
            lrp.instanceKey != nil && id.presence != .evacuating && mirror.desired[id.processGUID] == nil
                && !decided.contains(id) && (mirror.domains[lrp.key.domain] ?? .epoch) > now
        }
        return Set(found.keys)
    }
}
