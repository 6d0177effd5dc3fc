import MartletModels

/// Watches events and calls, and says what should not have happened.
struct Judge: Sendable {
    /// Everything about the world that matters to what is allowed.
    struct Rules: Sendable {
        var isCalm: Bool
        var hasClockSteps: Bool
        /// Much may stop at once that nobody decided to stop.
        var hasManyStops: Bool
    }

    let rules: Rules
    let start: Timestamp
    /// Whether a cell, lost or not, has a container of that instance which has not ended.
    let isOnCell: @Sendable (ActualLRPInstanceKey) -> Bool
    private(set) var mirror = Mirror()
    private(set) var deeds = Deeds()
    var tasks = TaskMemory()
    var brake = BrakeWatch()
    private(set) var violation: Violation?
    /// Records touched since the last commit was looked at.
    private var touched: Set<RecordID> = []
    private(set) var memory = JudgeMemory()

    init(_ rules: Rules, start: Timestamp, isOnCell: @escaping @Sendable (ActualLRPInstanceKey) -> Bool) {
        (self.rules, self.start, self.isOnCell) = (rules, start, isOnCell)
    }

    /// The first one is the one that counts: the rest may follow from it.
    mutating func report(_ invariant: Invariant, _ text: String, at now: Timestamp) {
        guard violation == nil else { return }
        violation = Violation(invariant: invariant, at: now - start, text: text)
    }

    mutating func see(_ event: NumberedEvent, at now: Timestamp) {
        let before = mirror
        if let fault = mirror.apply(event) { report(.eventsChain, "event \(event.number): \(fault)", at: now) }
        memory.remember(event.event, before: before, at: now)
        deeds.see(event, after: mirror)
        if rules.hasManyStops { brake.see(event.event, after: mirror, at: now) }
        switch event.event {
        case .lrp(let change): judge(change, event, before: before, at: now)
        case .task(let change): judge(change, event, before: before, at: now)
        default: break
        }
        tasks.see(event.event, at: now)
    }

    private mutating func judge(_ change: LRPEvent, _ event: NumberedEvent, before mirror: Mirror, at now: Timestamp) {
        switch change {
        case .actualLRPCreated(let after):
            touched.insert(RecordID(after))
            judgeHolder(after, before: mirror, at: now)
            if let old = mirror.actual[RecordID(after)] { judgeBackOff(old, after, event, at: now) }
        case .actualLRPChanged(let before, let after):
            touched.insert(RecordID(after))
            // A suspect instance that is restored takes the place of its replacement.
            if before.presence == after.presence { judgeHolder(after, before: mirror, at: now) }
            judgeBackOff(before, after, event, at: now)
        case .actualLRPRemoved(let before):
            touched.insert(RecordID(before))
            judgeRemoval(before, at: now)
        case .actualLRPCrashed(let before, let after): judgeCount(before, after, event, at: now)
        case .desiredLRPCreated, .desiredLRPChanged, .desiredLRPRemoved: break
        }
    }

    /// - Parameter mirror: as of before the event.
    private mutating func judgeHolder(_ lrp: ActualLRP, before mirror: Mirror, at now: Timestamp) {
        guard let instance = lrp.instanceKey else { return }
        let what = "\(RecordID(lrp)) is \(lrp.state.name.rawValue) by \(instance.instanceGUID) on \(instance.cellID)"
        if lrp.presence == .ordinary, !mirror.isAdmitted(lrp.key.processGUID) {
            report(.flagKept, "\(what) while the flag is off", at: now)
        }
        // What its cell itself has let go of only comes late.
        if let why = memory.givenAway[instance], isOnCell(instance) {
            report(.fencing, "\(what), although \(why)", at: now)
        }
        guard lrp.presence == .ordinary, let known = mirror.record(lrp.key) else { return }
        if case .running(let holder, _) = known.state, holder != instance {
            report(.oneRunning, "\(what), and \(holder.instanceGUID) has not let go of it", at: now)
        }
        if mirror.record(lrp.key, .suspect)?.instanceKey == instance, known.instanceKey != instance {
            report(.suspectKept, "\(what), which is suspect and was not restored", at: now)
        }
    }

    private mutating func judgeBackOff(
        _ before: ActualLRP,
        _ after: ActualLRP,
        _ event: NumberedEvent,
        at now: Timestamp
    ) {
        guard case .crashed = before.state, after.state != .crashed, !rules.hasClockSteps else { return }
        // Spelled out here, so that a fault in the policy itself is seen (BBS section 5.4.2).
        let delay = Duration.seconds(30 * (1 << min(5, max(0, before.crashCount - 3))))
        let due = before.since + delay
        guard event.at < due else { return }
        report(.backOff, "\(RecordID(before)) restarts \(due - event.at) too early", at: now)
    }

    private mutating func judgeCount(
        _ before: ActualLRP,
        _ after: ActualLRP,
        _ event: NumberedEvent,
        at now: Timestamp
    ) {
        guard !rules.hasClockSteps else { return }
        let isReset = before.state.name == .running && event.at - before.since > .seconds(300)
        let expected = isReset ? 1 : before.crashCount + 1
        guard after.crashCount != expected else { return }
        report(.crashCount, "\(RecordID(before)) has \(after.crashCount) crashes, not \(expected)", at: now)
    }

    private mutating func judgeRemoval(_ before: ActualLRP, at now: Timestamp) {
        guard let instance = before.instanceKey else { return }
        if before.presence == .suspect {
            judgeSuspect(before, instance, at: now)
            memory.giveAway(instance, "its suspect record was removed")
        } else if !mirror.cells.contains(instance.cellID), mirror.record(before.key) == nil {
            memory.giveAway(instance, "its record was removed while its cell was away")
        }
    }

    /// A suspect instance is routed to until its replacement runs.
    private mutating func judgeSuspect(_ before: ActualLRP, _ instance: ActualLRPInstanceKey, at now: Timestamp) {
        let (guid, index) = (before.key.processGUID, before.key.index)
        let since = memory.lastUnwanted(guid, index, isDocker: mirror.isDocker(guid))
        let isExcused = since.map { now - $0 <= .seconds(3) } ?? false
        guard mirror.wants(guid, index), mirror.isAdmitted(guid), !isExcused, isOnCell(instance),
            mirror.record(before.key)?.state.name != .running
        else { return }
        report(.suspectKept, "\(RecordID(before)) lost its record, and its replacement does not run", at: now)
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
        deeds.noteStop(guid, held.index)
        let since = memory.lastUnwanted(guid, held.index, isDocker: mirror.isDocker(guid))
        // What was decided just before the key was wanted again is on its way.
        let isExcused = since.map { now - $0 <= .seconds(3) } ?? false
        if mirror.wants(guid, held.index), mirror.isAdmitted(guid), !isExcused,
            !memory.isRetired(guid, held.index, at: now)
        {
            report(.noWrongStop, "\(held) is wanted, and \(instance.instanceGUID) asked to stop", at: now)
        }
        judgeOrphan(held, instance, at: now)
        judgeBrake(held, at: now)
    }

    /// A call was answered with success.
    ///
    /// - Parameter mark: the last event when it set out.
    mutating func judge(_ answer: Answer, since mark: Int64, at now: Timestamp) {
        guard !deeds.bearOut(answer, since: mark) else { return }
        report(.acknowledged, "\(answer) was answered with success, and no event tells of it", at: now)
    }

    private mutating func judgeOrphan(_ id: RecordID, _ instance: ActualLRPInstanceKey, at now: Timestamp) {
        let guid = id.processGUID
        // The flag governs what a cell says that it runs from an image, too.
        let isRefused = !mirror.isDockerOn && SimulatedApp.all.contains { $0.processGUID == guid && $0.isDocker }
        guard !isRefused, mirror.desired[guid] == nil, !memory.removed.contains(guid), !rules.hasClockSteps,
            let domain = mirror.actual[id]?.key.domain,
            (mirror.domains[domain] ?? .epoch) + .seconds(3) < now, !memory.isRetired(guid, id.index, at: now)
        else { return }
        report(.orphansLeftAlone, "\(id) is asked to stop, and \(domain) is not fresh", at: now)
    }

    mutating func noteRetirement(_ key: ActualLRPKey, at now: Timestamp) {
        memory.retired[key.processGUID, default: [:]][key.index] = now
    }

    /// Whether there was a reason to stop it since then.
    func wasUnwanted(_ key: ActualLRPKey, since time: Timestamp) -> Bool {
        let isDocker = mirror.isDocker(key.processGUID)
        return memory.lastUnwanted(key.processGUID, key.index, isDocker: isDocker).map { $0 >= time } ?? false
    }

    /// Whether the flag has come back since then.
    func wasFlagOff(since time: Timestamp) -> Bool { tasks.flagBack.map { $0 >= time } ?? false }

    func isRetired(_ key: ActualLRPKey, at now: Timestamp) -> Bool {
        memory.isRetired(key.processGUID, key.index, at: now)
    }
}
