import MartletModels

/// What the judge has to remember of what is no longer in the store.
struct JudgeMemory: Sendable {
    /// Instances that may not hold their keys again, and why.
    private(set) var givenAway: [ActualLRPInstanceKey: String] = [:]
    /// Process guids whose removal is on record.
    private(set) var removed: Set<ProcessGUID> = []
    /// When clients asked to retire an instance.
    var retired: [ProcessGUID: [Int: Timestamp]] = [:]
    private var wantedSince: [ProcessGUID: [Int: Timestamp]] = [:]
    private var dockerOnSince: Timestamp?

    mutating func giveAway(_ instance: ActualLRPInstanceKey, _ why: String) { givenAway[instance] = why }

    mutating func remember(_ event: StoreEvent, before: Mirror, at now: Timestamp) {
        switch event {
        case .lrp(.desiredLRPCreated(let after)):
            removed.remove(after.processGUID)
            for index in 0..<after.instances { wantedSince[after.processGUID, default: [:]][index] = now }
        case .lrp(.desiredLRPChanged(let old, let after)):
            for index in 0..<after.instances where index >= old.instances {
                wantedSince[after.processGUID, default: [:]][index] = now
            }
        case .lrp(.desiredLRPRemoved(let old)): removed.insert(old.processGUID)
        case .featureFlagChanged(_, let after, _): if after.enabled && !before.isDockerOn { dockerOnSince = now }
        default: break
        }
    }

    /// When there last was a reason to stop it; `nil` when there never was.
    func lastUnwanted(_ guid: ProcessGUID, _ index: Int, isDocker: Bool) -> Timestamp? {
        let wanted = wantedSince[guid]?[index]
        guard isDocker, let dockerOnSince else { return wanted }
        return max(wanted ?? dockerOnSince, dockerOnSince)
    }

    /// Five tries of ten seconds each may follow the wish of a client.
    func isRetired(_ guid: ProcessGUID, _ index: Int, at now: Timestamp) -> Bool {
        retired[guid]?[index].map { now - $0 <= .seconds(60) } ?? false
    }
}
