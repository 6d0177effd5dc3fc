public import MartletModels

/// What stopped, and when, since `diego_docker` was turned off.
public struct FlagReport: Codable, Hashable, Sendable {
    /// An instance that a cell held when the flag was turned off.
    public struct Instance: Codable, Hashable, Sendable {
        public var processGUID: String
        public var index: Int
        public var instanceGUID: String
        public var cellID: String
        /// From the change of the flag until its record went away; `nil` while it is there.
        public var goneAfterSeconds: Double?

        private enum CodingKeys: String, CodingKey {
            case index
            case processGUID = "process_guid"
            case instanceGUID = "instance_guid"
            case cellID = "cell_id"
            case goneAfterSeconds = "gone_after_seconds"
        }
    }

    /// The number of the event that turned it off.
    public var event: Int64
    /// RFC 3339.
    public var changedAt: String
    public var changedBy: String
    /// By process guid, index and instance guid.
    public var instances: [Instance]
    public var stopped: Int
    public var remaining: Int
    /// Of those that have stopped; `nil` when none has.
    public var p50Seconds: Double?
    public var p99Seconds: Double?
    public var maxSeconds: Double?

    private enum CodingKeys: String, CodingKey {
        case event, instances, stopped, remaining
        case changedAt = "changed_at"
        case changedBy = "changed_by"
        case p50Seconds = "p50_seconds"
        case p99Seconds = "p99_seconds"
        case maxSeconds = "max_seconds"
    }
}

extension FlagReport {
    /// - Parameters:
    ///   - change: the event that turned the flag off.
    ///   - later: all events after it, in order.
    ///   - desired: the desired LRPs of now; those removed meanwhile are found in `later`.
    ///   - actual: the instances of now.
    public init(
        change: NumberedEvent,
        later: [NumberedEvent],
        desired: [DesiredLRPSchedulingInfo],
        actual: [ActualLRP]
    ) {
        var history = HolderHistory(docker: Set(desired.filter(\.rootFS.isDocker).map(\.processGUID)))
        for event in later { history.noteDesired(event.event) }
        for event in later { history.note(event) }
        for lrp in actual { history.noteNow(lrp) }
        instances = history.held.values.map { holder in
            let gone = holder.goneAt.map { (change.at.duration(to: $0) / .milliseconds(1)).rounded() / 1_000 }
            return Instance(
                processGUID: holder.key.processGUID.rawValue,
                index: holder.key.index,
                instanceGUID: holder.instance.instanceGUID.rawValue,
                cellID: holder.instance.cellID.rawValue,
                goneAfterSeconds: gone
            )
        }.sorted { ($0.processGUID, $0.index, $0.instanceGUID) < ($1.processGUID, $1.index, $1.instanceGUID) }
        let times = instances.compactMap(\.goneAfterSeconds).sorted()
        event = change.number
        changedAt = TimeText.rfc3339(change.at)
        changedBy = if case .featureFlagChanged(_, _, let by) = change.event { by } else { "" }
        stopped = times.count
        remaining = instances.count - times.count
        p50Seconds = Self.percentile(50, of: times)
        p99Seconds = Self.percentile(99, of: times)
        maxSeconds = times.last
    }

    /// The nearest rank.
    private static func percentile(_ percent: Int, of sorted: [Double]) -> Double? {
        guard !sorted.isEmpty else { return nil }
        return sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
    }
}

/// Who held Docker instances when the flag changed, told from what happened afterwards.
private struct HolderHistory {
    struct Holder {
        let key: ActualLRPKey
        let instance: ActualLRPInstanceKey
        var goneAt: Timestamp?
    }

    var docker: Set<ProcessGUID>
    private(set) var held: [ActualLRPInstanceKey: Holder] = [:]
    /// Came only after the change, for example because the flag is on again.
    private var newcomers: Set<ActualLRPInstanceKey> = []

    init(docker: Set<ProcessGUID>) { self.docker = docker }

    mutating func noteDesired(_ event: StoreEvent) {
        if case .lrp(.desiredLRPRemoved(let lrp)) = event, lrp.rootFS.isDocker { docker.insert(lrp.processGUID) }
    }

    mutating func note(_ event: NumberedEvent) {
        guard case .lrp(let lrpEvent) = event.event else { return }
        switch lrpEvent {
        case .actualLRPCreated(let after): note(nil, after, at: event.at)
        case .actualLRPChanged(let before, let after): note(before, after, at: event.at)
        case .actualLRPRemoved(let before): note(before, nil, at: event.at)
        case .actualLRPCrashed, .desiredLRPCreated, .desiredLRPChanged, .desiredLRPRemoved: break
        }
    }

    private mutating func note(_ before: ActualLRP?, _ after: ActualLRP?, at time: Timestamp) {
        guard before?.instanceKey != after?.instanceKey else { return }
        if let before, let instance = before.instanceKey, hold(before, instance), held[instance]?.goneAt == nil {
            held[instance]?.goneAt = time
        }
        if let instance = after?.instanceKey, held[instance] == nil { newcomers.insert(instance) }
    }

    mutating func noteNow(_ lrp: ActualLRP) {
        if let instance = lrp.instanceKey { _ = hold(lrp, instance) }
    }

    /// Whether it was held when the flag changed.
    private mutating func hold(_ lrp: ActualLRP, _ instance: ActualLRPInstanceKey) -> Bool {
        guard docker.contains(lrp.key.processGUID), !newcomers.contains(instance) else { return false }
        if held[instance] == nil { held[instance] = Holder(key: lrp.key, instance: instance, goneAt: nil) }
        return true
    }
}
