import MartletModels

/// Builds the plan of one pass, key by key.
struct Planner {
    private let snapshot: ConvergenceSnapshot
    private let liveCells: Set<CellID>
    private var plan = ConvergencePlan()
    /// Suspect records to remove that nobody decided to stop; the brake may hold them back.
    private var undecidedSuspects: [RetiredInstance] = []

    init(_ snapshot: ConvergenceSnapshot) {
        self.snapshot = snapshot
        liveCells = snapshot.liveCells
    }

    mutating func plan(_ info: DesiredLRPSchedulingInfo, records: [ActualLRP]) {
        let keys = KeyRecords.grouped(records)
        let refusal = snapshot.policy.refusal(of: info)
        let isFresh = snapshot.freshDomains.contains(info.domain)
        let surplus = RetiredInstance.Reason.beyondInstances(
            info.instances,
            onRecord: info.modificationTag.index > 0
        )
        for (index, records) in keys {
            let isWanted = (0..<info.instances).contains(index)
            plan(
                records,
                KeyContext(refusal: refusal, isWanted: isWanted, surplus: isWanted || !isFresh ? nil : surplus)
            )
        }
        for index in 0..<info.instances where keys[index]?.ordinary == nil && !isComingBack(keys[index]?.suspect) {
            let key = ActualLRPKey(processGUID: info.processGUID, index: index, domain: info.domain)
            if let refusal {
                plan.createRefused.append(RefusedInstance(key: key, placementError: refusal.placementError))
            } else {
                plan.create.append(key)
            }
        }
    }

    /// Records whose process guid nobody desires. What their root file system was is not known any more, so the flag
    /// says nothing about them.
    mutating func planOrphans(_ records: [ActualLRP]) {
        for records in KeyRecords.grouped(records).values {
            let key = (records.ordinary ?? records.suspect ?? records.evacuating)?.key
            guard let key else { continue }
            let onRecord = snapshot.removalsOnRecord.contains(key.processGUID)
            let isFresh = snapshot.freshDomains.contains(key.domain)
            plan(
                records,
                KeyContext(refusal: nil, isWanted: false, surplus: isFresh ? .notDesired(onRecord: onRecord) : nil)
            )
        }
    }

    consuming func finish() -> ConvergencePlan {
        applyBrake()
        plan.sort()
        return plan
    }

    private mutating func plan(_ records: KeyRecords, _ context: KeyContext) {
        if let evacuating = records.evacuating { planEvacuating(evacuating, context) }
        if let suspect = records.suspect {
            if planSuspect(suspect, replacement: records.ordinary, context) { return }
        }
        if let ordinary = records.ordinary { planOrdinary(ordinary, hasSuspect: records.suspect != nil, context) }
    }

    private mutating func planEvacuating(_ record: ActualLRP, _ context: KeyContext) {
        guard isHeldByLiveCell(record) else { return plan.removeEvacuating.append(record.key) }
        guard let refusal = context.refusal else { return }
        let action = record.retirement(liveCells: liveCells)
        plan.stopEvacuating.append(RetiredInstance(key: record.key, action: action, reason: .flag(refusal.flag)))
    }

    /// - Returns: true when the key is done with: the suspect record takes the place of the ordinary one.
    private mutating func planSuspect(
        _ suspect: ActualLRP,
        replacement: ActualLRP?,
        _ context: KeyContext
    ) -> Bool {
        if let replacement, case .running = replacement.state, isHeldByLiveCell(replacement) {
            plan.removeSuspect.append(suspect.key)
            return false
        }
        if isHeldByLiveCell(suspect) {
            plan.unsuspect.append(suspect.key)
            return true
        }
        if context.refusal != nil {
            // Nothing to wait for: a cell that comes back is not let in while the flag is off.
            plan.removeSuspect.append(suspect.key)
        } else if let surplus = context.surplus {
            plan.removeSuspect.append(suspect.key)
            if !surplus.isDecided {
                undecidedSuspects.append(RetiredInstance(key: suspect.key, action: .removeRecord, reason: surplus))
            }
        }
        return false
    }

    private mutating func planOrdinary(_ record: ActualLRP, hasSuspect: Bool, _ context: KeyContext) {
        if let surplus = context.surplus {
            return retire(record, surplus)
        }
        switch record.state {
        case .claimed, .running:
            if !isHeldByLiveCell(record) {
                if context.isWanted { lose(record, hasSuspect: hasSuspect, context.refusal) }
            } else if let refusal = context.refusal {
                retire(record, .flag(refusal.flag))
            }
        case .unclaimed where context.isWanted: planUnclaimed(record, context.refusal)
        case .crashed where context.isWanted && context.refusal == nil:
            if let due = snapshot.rules.restart.restartTime(of: record), due <= snapshot.now {
                plan.restart.append(record.key)
            }
        case .unclaimed, .crashed: break
        }
    }

    private mutating func lose(_ record: ActualLRP, hasSuspect: Bool, _ refusal: AdmissionRefusal?) {
        if hasSuspect {
            plan.unclaim.append(record.key)
        } else if let refusal {
            plan.suspectRefused.append(RefusedInstance(key: record.key, placementError: refusal.placementError))
        } else {
            plan.suspect.append(record.key)
        }
    }

    private mutating func planUnclaimed(_ record: ActualLRP, _ refusal: AdmissionRefusal?) {
        if let refusal {
            guard record.placementError != refusal.placementError else { return }
            return plan.refuse.append(RefusedInstance(key: record.key, placementError: refusal.placementError))
        }
        let asked = snapshot.asked[record.key]
        // Asked for before it was refused: that request came to nothing.
        let isReadmitted =
            AdmissionRefusal.isRefusal(record.placementError) && (asked.map { $0 < record.since } ?? true)
        if isReadmitted || hasNewChance(record, asked: asked)
            || snapshot.rules.staleTime(of: record, asked: asked) <= snapshot.now
        {
            plan.auction.append(record.key)
        }
    }

    /// It found no place, and a cell has appeared since then.
    private func hasNewChance(_ record: ActualLRP, asked: Timestamp?) -> Bool {
        guard let appeared = snapshot.cellAppearedAt, !record.placementError.isEmpty else { return false }
        return max(record.since, asked ?? record.since) < appeared
    }

    private mutating func retire(_ record: ActualLRP, _ reason: RetiredInstance.Reason) {
        let action = record.retirement(liveCells: liveCells)
        plan.retire.append(RetiredInstance(key: record.key, action: action, reason: reason))
    }

    private mutating func applyBrake() {
        let holders = Set(snapshot.actual.filter { $0.presence == .ordinary && $0.instanceKey != nil }.map(\.key))
        let undecided = plan.retire.filter { !$0.reason.isDecided && holders.contains($0.key) }
        let running = snapshot.actual.count { $0.instanceKey != nil }
        let stops = undecided.count + undecidedSuspects.count
        guard let report = snapshot.rules.brake.report(stops: stops, running: running) else { return }
        plan.braked = report
        let held = Set(undecided)
        plan.retire.removeAll(where: held.contains)
        let heldSuspects = Set(undecidedSuspects.map(\.key))
        plan.removeSuspect.removeAll(where: heldSuspects.contains)
        let heldTwice = heldSuspects.subtracting(undecided.map(\.key))
        plan.withheld = undecided + undecidedSuspects.filter { heldTwice.contains($0.key) }
    }

    private func isHeldByLiveCell(_ record: ActualLRP) -> Bool {
        record.instanceKey.map { liveCells.contains($0.cellID) } ?? false
    }

    /// Its record will be the ordinary one, so none is missing.
    private func isComingBack(_ suspect: ActualLRP?) -> Bool { suspect.map(isHeldByLiveCell) ?? false }
}
