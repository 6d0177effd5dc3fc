/// What a cell says about an instance that runs.
public struct ActualLRPStart: Hashable, Sendable {
    public var instance: ActualLRPInstanceKey
    public var netInfo: ActualLRPNetInfo
    public var internalRoutes: [String]
    public var metricTags: [String: String]
    public var routable: Bool
    public var availabilityZone: String

    public init(
        instance: ActualLRPInstanceKey,
        netInfo: ActualLRPNetInfo,
        internalRoutes: [String] = [],
        metricTags: [String: String] = [:],
        routable: Bool = true,
        availabilityZone: String = ""
    ) {
        self.instance = instance
        self.netInfo = netInfo
        self.internalRoutes = internalRoutes
        self.metricTags = metricTags
        self.routable = routable
        self.availabilityZone = availabilityZone
    }
}

/// What a crash leads to.
public enum CrashOutcome: Hashable, Sendable {
    /// UNCLAIMED again: ask for an auction now.
    case restartNow
    /// CRASHED: convergence restarts it at this time, or never.
    case wait(until: Timestamp?)
}

extension ActualLRP {
    /// A cell says it has begun to create this instance.
    ///
    /// A repeated claim by the same instance changes nothing, so a cell may safely retry.
    /// - Throws: `.cannotBeClaimed` when another instance holds the key, or it has crashed.
    public mutating func claim(by instance: ActualLRPInstanceKey, at now: Timestamp) throws(TransitionError) {
        switch state {
        case .claimed(instance): return
        case .unclaimed: break
        case .running(let holder, _) where holder == instance: break
        case .claimed, .running, .crashed: throw .cannotBeClaimed(key, while: state.name)
        }
        move(to: .claimed(instance), at: now)
        placementError = ""
    }

    /// A cell says that this instance runs. It wins over a claim of another cell, not over another running one.
    ///
    /// - Throws: `.cannotBeStarted` when another instance runs, or it has crashed.
    public mutating func start(_ start: ActualLRPStart, at now: Timestamp) throws(TransitionError) {
        switch state {
        case .unclaimed, .claimed: break
        case .running(let holder, _) where holder == start.instance:
            if isStarted(as: start) { return }
        case .running, .crashed: throw .cannotBeStarted(key, while: state.name)
        }
        move(to: .running(start.instance, start.netInfo), at: now)
        placementError = ""
        adopt(start)
    }

    /// An instance that a cell runs although no record of it exists.
    public init(running key: ActualLRPKey, _ start: ActualLRPStart, at now: Timestamp, epoch: String) {
        self.init(unclaimed: key, at: now, epoch: epoch)
        state = .running(start.instance, start.netInfo)
        adopt(start)
    }

    /// The instance has ended by itself.
    ///
    /// - Throws: `.cannotBeCrashed` unless exactly this instance holds the key.
    public mutating func crash(
        _ instance: ActualLRPInstanceKey,
        reason: String,
        policy: RestartPolicy,
        at now: Timestamp
    ) throws(TransitionError) -> CrashOutcome {
        guard instanceKey == instance else { throw .cannotBeCrashed(key, while: state.name) }
        if case .running = state, now - since > policy.resetAfter {
            crashCount = 1
        } else {
            crashCount += 1
        }
        crashReason = Self.cut(reason)
        let delay = policy.delay(afterCrash: crashCount)
        move(to: delay == .zero ? .unclaimed : .crashed, at: now)
        return delay == .zero ? .restartNow : .wait(until: delay.map { now + $0 })
    }

    /// No cell took it. `since` moves on, which spaces the retries.
    ///
    /// - Throws: `.cannotBeFailed` unless it is unclaimed.
    public mutating func fail(_ placementError: String, at now: Timestamp) throws(TransitionError) {
        guard case .unclaimed = state else { throw .cannotBeFailed(key, while: state.name) }
        self.placementError = Self.cut(placementError)
        move(to: .unclaimed, at: now)
    }

    /// Whoever held it no longer does, so it may be placed again.
    ///
    /// - Throws: `.cannotBeUnclaimed` when it is unclaimed already.
    public mutating func unclaim(at now: Timestamp) throws(TransitionError) {
        if case .unclaimed = state { throw .cannotBeUnclaimed(key, while: .unclaimed) }
        move(to: .unclaimed, at: now)
    }

    /// Whether `remove` by that holder may delete the record; without a holder it always may, and the empty key is
    /// the holder of a record that nobody holds.
    public func mayBeRemoved(by instance: ActualLRPInstanceKey?) -> Bool {
        guard let instance else { return true }
        guard let instanceKey else { return instance.instanceGUID.isEmpty && instance.cellID.isEmpty }
        return instance == instanceKey
    }

    /// What retiring takes: deleting the record, or asking the cell that holds it to stop first.
    public func retirement(liveCells: Set<CellID>) -> Retirement {
        guard let instanceKey, liveCells.contains(instanceKey.cellID) else { return .removeRecord }
        return .stop(instanceKey)
    }

    public enum Retirement: Hashable, Sendable {
        case removeRecord
        /// The record goes away when the cell says so.
        case stop(ActualLRPInstanceKey)
    }

    /// Its cell is lost, or has come back. The tag does not move (BBS section 5.3).
    public mutating func change(presence: Presence) { self.presence = presence }

    private mutating func move(to state: State, at now: Timestamp) {
        self.state = state
        since = now
        modificationTag.increment()
    }

    private mutating func adopt(_ start: ActualLRPStart) {
        internalRoutes = start.internalRoutes
        metricTags = start.metricTags
        routable = start.routable
        availabilityZone = start.availabilityZone
    }

    private func isStarted(as start: ActualLRPStart) -> Bool {
        state == .running(start.instance, start.netInfo) && internalRoutes == start.internalRoutes
            && metricTags == start.metricTags && routable == start.routable
            && availabilityZone == start.availabilityZone
    }

    /// Texts of 1,024 bytes or more become 1,013 bytes and `(truncated)` (BBS section 5.3), never half a character.
    public static func cut(_ text: String) -> String {
        guard text.utf8.count >= 1_024 else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: 1_013)
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return text[..<end] + "(truncated)"
    }
}
