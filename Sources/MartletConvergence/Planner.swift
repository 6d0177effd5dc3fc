import MartletModels

/// Builds a plan, instance by instance.
struct Planner {
    private let snapshot: ConvergenceSnapshot
    private var plan = ConvergencePlan()

    init(_ snapshot: ConvergenceSnapshot) { self.snapshot = snapshot }

    mutating func plan(_ records: InstanceRecords) {
        guard let context = InstanceContext(records, in: snapshot) else { return }
        if let evacuating = records.evacuating { planEvacuating(evacuating, context) }
        if let suspect = records.suspect {
            if planSuspect(suspect, replacement: records.ordinary, context) { return }
        }
        if let ordinary = records.ordinary {
            planOrdinary(ordinary, hasSuspect: records.suspect != nil, isOutdated: records.isOutdated, context)
        } else if context.isWanted {
            planMissing(context)
        }
    }

    consuming func finish() -> ConvergencePlan {
        plan.sort()
        return plan
    }

    private mutating func planMissing(_ context: InstanceContext) {
        guard let refusal = context.refusal else { return plan.create.append(context.key) }
        plan.createRefused.append(RefusedInstance(key: context.key, placementError: refusal.placementError))
    }

    private mutating func planEvacuating(_ record: ActualLRP, _ context: InstanceContext) {
        guard isHeldByLiveCell(record) else { return plan.removeEvacuating.append(record.key) }
        guard let refusal = context.refusal else { return }
        let action = record.retirement(liveCells: snapshot.liveCells)
        plan.stopEvacuating.append(RetiredInstance(key: record.key, action: action, reason: .flag(refusal.flag)))
    }

    /// - Returns: true when the instance is done with: the suspect record takes the place of the ordinary one.
    private mutating func planSuspect(
        _ suspect: ActualLRP,
        replacement: ActualLRP?,
        _ context: InstanceContext
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
            if let time = context.judgedAt {
                wake(at: time)
            } else if isBraked(surplus) {
                plan.withheld.append(RetiredInstance(key: suspect.key, action: .removeRecord, reason: surplus))
            } else {
                plan.removeSuspect.append(suspect.key)
            }
        }
        return false
    }

    private mutating func planOrdinary(
        _ record: ActualLRP,
        hasSuspect: Bool,
        isOutdated: Bool,
        _ context: InstanceContext
    ) {
        if let surplus = context.surplus {
            if let refusal = context.refusal, !surplus.isDecided, isHeldByLiveCell(record) {
                return retire(record, .flag(refusal.flag))
            }
            if let time = context.judgedAt { return wake(at: time) }
            return retire(record, surplus, isWithheldAlready: hasSuspect)
        }
        switch record.state {
        case .claimed, .running:
            if !isHeldByLiveCell(record) {
                if context.isWanted { lose(record, hasSuspect: hasSuspect, context.refusal) }
            } else if let refusal = context.refusal {
                retire(record, .flag(refusal.flag))
            } else if isOutdated && context.isWanted {
                plan.update.append(record.key)
            }
        case .unclaimed where context.isWanted: planUnclaimed(record, context.refusal)
        case .crashed where context.isWanted && context.refusal == nil:
            guard let due = snapshot.rules.restart.restartTime(of: record) else { return }
            if due <= snapshot.now { plan.restart.append(record.key) } else { wake(at: due) }
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
        // Asked for before it was refused, or before the flag was last set: that request may have come to nothing.
        let refusedUntil = max(record.since, snapshot.flagChangedAt ?? record.since)
        let isReadmitted =
            AdmissionRefusal.isRefusal(record.placementError) && (asked.map { $0 < refusedUntil } ?? true)
        let stale = snapshot.rules.staleTime(of: record, asked: asked)
        if isReadmitted || isForgotten(record, asked: asked) || hasNewChance(record, asked: asked)
            || stale <= snapshot.now
        {
            plan.auction.append(record.key)
        } else {
            wake(at: stale)
        }
    }

    /// It waits since before this server began, which has not asked for it.
    private func isForgotten(_ record: ActualLRP, asked: Timestamp?) -> Bool {
        guard asked == nil, let startedAt = snapshot.startedAt else { return false }
        return record.since <= startedAt
    }

    /// It found no place, and a cell has appeared since then.
    private func hasNewChance(_ record: ActualLRP, asked: Timestamp?) -> Bool {
        guard let appeared = snapshot.cellAppearedAt, !record.placementError.isEmpty else { return false }
        return max(record.since, asked ?? record.since) < appeared
    }

    /// - Parameter isWithheldAlready: its suspect record stands for it among what the brake holds back.
    private mutating func retire(
        _ record: ActualLRP,
        _ reason: RetiredInstance.Reason,
        isWithheldAlready: Bool = false
    ) {
        let action = record.retirement(liveCells: snapshot.liveCells)
        let retired = RetiredInstance(key: record.key, action: action, reason: reason)
        if record.instanceKey != nil && isBraked(reason) {
            if !isWithheldAlready { plan.withheld.append(retired) }
        } else {
            plan.retire.append(retired)
        }
    }

    private mutating func wake(at time: Timestamp) { plan.nextDue = min(plan.nextDue ?? time, time) }

    private func isBraked(_ reason: RetiredInstance.Reason) -> Bool { snapshot.brake != nil && !reason.isDecided }

    private func isHeldByLiveCell(_ record: ActualLRP) -> Bool {
        record.instanceKey.map { snapshot.liveCells.contains($0.cellID) } ?? false
    }
}
