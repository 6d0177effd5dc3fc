import MartletModels

/// Compares what is wanted with what exists. Reads no clock, does no I/O and keeps no state.
///
/// The rules are those of BBS sections 6.2 and 6.3, with its known gap closed: a desired LRP with as many records as
/// instances, but at the wrong indices, is put right.
/// - Complexity: O(instances in the snapshot), plus the sort of what has to change.
public func converge(_ snapshot: ConvergenceSnapshot) -> ConvergencePlan {
    var planner = Planner(snapshot)
    for records in snapshot.instances where records.damage == nil { planner.plan(records) }
    return planner.finish()
}

/// What is known about all records of an instance.
struct InstanceContext {
    let key: ActualLRPKey
    /// `nil` when nothing speaks against running it, or nothing is known about it.
    let refusal: AdmissionRefusal?
    let isWanted: Bool
    /// Why it should not run; `nil` while it may be wanted or its domain is not fresh.
    let surplus: RetiredInstance.Reason?
    /// Nobody decided that it stops, and it has not been here for long: what else turns up by then is judged with it,
    /// or a great many that turn up one by one would get past the brake.
    let judgedAt: Timestamp?

    /// - Returns: `nil` for an instance that has no record and is not desired.
    init?(_ records: InstanceRecords, in snapshot: ConvergenceSnapshot) {
        let desired = snapshot.desired[records.id.processGUID]
        guard let key = records.all.first?.key ?? desired?.key(records.id.index) else { return nil }
        self.key = key
        isWanted = desired?.wants(records.id) ?? false
        let subject = AdmissionSubject(isDocker: desired?.isDocker ?? records.isDocker)
        refusal = snapshot.policy.refusal(of: subject)
        // What somebody decided holds whether or not the domain is fresh: it is an API call that is not finished.
        let mayStop = records.stopDecision != nil || snapshot.freshDomains.contains(key.domain)
        if isWanted || !mayStop {
            surplus = nil
        } else if let desired {
            surplus = .beyondInstances(desired.instances)
        } else {
            surplus = .notDesired(decision: records.stopDecision)
        }
        let isUndecided = surplus.map { !$0.isDecided } ?? false
        let since = records.all.filter { $0.instanceKey != nil }.map(\.since).max()
        let time = isUndecided ? since.map { $0 + snapshot.rules.staleAfter } : nil
        judgedAt = time.flatMap { $0 > snapshot.now ? $0 : nil }
    }
}
