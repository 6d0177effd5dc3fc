import MartletModels

/// Watches events and calls, and says what should not have happened.
struct Judge: Sendable {
    /// Everything about the world that matters to what is allowed.
    struct Rules: Sendable {
        var isCalm: Bool
        var hasClockSteps: Bool
        var hasSeveralServers: Bool
    }

    let rules: Rules
    let start: Timestamp
    private(set) var mirror = Mirror()
    private(set) var violation: Violation?
    /// Records touched since the last commit was looked at.
    private var touched: Set<RecordID> = []
    private var memory = JudgeMemory()

    init(_ rules: Rules, start: Timestamp) { (self.rules, self.start) = (rules, start) }

    /// The first one is the one that counts: the rest may follow from it.
    mutating func report(_ invariant: Invariant, _ text: String, at now: Timestamp) {
        guard violation == nil else { return }
        violation = Violation(invariant: invariant, at: now - start, text: text)
    }

    mutating func see(_ event: NumberedEvent, at now: Timestamp) {
        let before = mirror
        if let fault = mirror.apply(event) { report(.eventsChain, "event \(event.number): \(fault)", at: now) }
        memory.remember(event.event, before: before, at: now)
        guard case .lrp(let change) = event.event else { return }
        judge(change, event, before: before, at: now)
    }

    private mutating func judge(_ change: LRPEvent, _ event: NumberedEvent, before mirror: Mirror, at now: Timestamp) {
        switch change {
        case .actualLRPCreated(let after):
            touched.insert(RecordID(after))
            judgeHolder(after, at: now)
            if let old = mirror.actual[RecordID(after)] { judgeBackOff(old, after, event, at: now) }
        case .actualLRPChanged(let before, let after):
            touched.insert(RecordID(after))
            judgeHolder(after, at: now)
            judgeBackOff(before, after, event, at: now)
        case .actualLRPRemoved(let before):
            touched.insert(RecordID(before))
            judgeRemoval(before, at: now)
        case .actualLRPCrashed(let before, let after): judgeCount(before, after, event, at: now)
        case .desiredLRPCreated, .desiredLRPChanged, .desiredLRPRemoved: break
        }
    }

    private mutating func judgeHolder(_ lrp: ActualLRP, at now: Timestamp) {
        guard let instance = lrp.instanceKey else { return }
        let what = "\(RecordID(lrp)) is \(lrp.state.name.rawValue) by \(instance.instanceGUID) on \(instance.cellID)"
        if lrp.presence == .ordinary, !mirror.isAdmitted(lrp.key.processGUID) {
            report(.flagKept, "\(what) while the flag is off", at: now)
        }
        if let why = memory.givenAway[instance] { report(.fencing, "\(what), although \(why)", at: now) }
    }

    private mutating func judgeBackOff(
        _ before: ActualLRP,
        _ after: ActualLRP,
        _ event: NumberedEvent,
        at now: Timestamp
    ) {
        guard case .crashed = before.state, after.state != .crashed, !rules.hasClockSteps else { return }
        guard let due = RestartPolicy().restartTime(of: before), event.at < due else { return }
        report(.backOff, "\(RecordID(before)) restarts \(due - event.at) too early", at: now)
    }

    private mutating func judgeCount(
        _ before: ActualLRP,
        _ after: ActualLRP,
        _ event: NumberedEvent,
        at now: Timestamp
    ) {
        guard !rules.hasClockSteps else { return }
        let isReset = before.state.name == .running && event.at - before.since > RestartPolicy().resetAfter
        let expected = isReset ? 1 : before.crashCount + 1
        guard after.crashCount != expected else { return }
        report(.crashCount, "\(RecordID(before)) has \(after.crashCount) crashes, not \(expected)", at: now)
    }

    private mutating func judgeRemoval(_ before: ActualLRP, at now: Timestamp) {
        guard let instance = before.instanceKey else { return }
        if before.presence == .suspect {
            memory.giveAway(instance, "its suspect record was removed")
        } else if !mirror.cells.contains(instance.cellID), mirror.record(before.key) == nil {
            memory.giveAway(instance, "its record was removed while its cell was away")
        }
    }

    /// Called between commits.
    mutating func inspectCommit(at now: Timestamp) {
        guard !touched.isEmpty else { return }
        if mirror.isTorn { report(.eventsChain, "a record was replaced, and its removal not told", at: now) }
        for id in touched.sorted() {
            let running = ActualLRP.Presence.allCases.filter { presence in
                let record = mirror.record(
                    ActualLRPKey(processGUID: id.processGUID, index: id.index, domain: DomainName("")),
                    presence
                )
                return record?.state.name == .running
            }
            if running.count > 1 { report(.oneRunning, "\(id) runs as \(running)", at: now) }
        }
        touched = []
    }

    /// The server asks a cell to stop an instance.
    mutating func judgeStop(_ guid: ProcessGUID, _ instance: ActualLRPInstanceKey, at now: Timestamp) {
        let held = mirror.actual.filter { $0.key.processGUID == guid && $0.value.instanceKey == instance }.keys.min()
        guard let held else { return }
        let since = memory.lastUnwanted(guid, held.index, isDocker: mirror.isDocker(guid))
        // What was decided just before the key was wanted again is on its way.
        let isExcused = since.map { now - $0 <= .seconds(3) } ?? false
        if mirror.wants(guid, held.index), mirror.isAdmitted(guid), !isExcused,
            !memory.isRetired(guid, held.index, at: now)
        {
            report(.noWrongStop, "\(held) is wanted, and \(instance.instanceGUID) asked to stop", at: now)
        }
        judgeOrphan(held, instance, at: now)
    }

    private mutating func judgeOrphan(_ id: RecordID, _ instance: ActualLRPInstanceKey, at now: Timestamp) {
        let guid = id.processGUID
        guard mirror.desired[guid] == nil, !memory.removed.contains(guid), !rules.hasClockSteps,
            let domain = mirror.actual[id]?.key.domain,
            (mirror.domains[domain] ?? .epoch) + .seconds(3) < now, !memory.isRetired(guid, id.index, at: now)
        else { return }
        report(.orphansLeftAlone, "\(id) is asked to stop, and \(domain) is not fresh", at: now)
    }

    mutating func noteRetirement(_ key: ActualLRPKey, at now: Timestamp) {
        memory.retired[key.processGUID, default: [:]][key.index] = now
    }

    func wasEverDesired(_ guid: ProcessGUID) -> Bool { memory.desired.contains(guid) }
}
