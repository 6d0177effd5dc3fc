import MartletModels

/// What the events have told, kept so that an answer can be compared with it.
struct Deeds: Sendable {
    /// Something that holds for a while.
    enum Fact: Hashable, Sendable {
        case desired(ProcessGUID)
        case scaled(ProcessGUID, Int)
        case flag(Bool)
        /// Under whatever presence.
        case holds(ActualLRPInstanceKey)
        case runs(ActualLRPInstanceKey)
        case isSuspect(ActualLRPInstanceKey)
        case taskRuns(TaskGUID, CellID)
    }

    /// Something that happens in a moment.
    enum Happening: Hashable, Sendable {
        case desired(ProcessGUID)
        /// A record went, or its cell was asked to stop it.
        case retired(ProcessGUID, Int)
        case freshened(DomainName)
        case brakeReleased
        case taskDesired(TaskGUID)
        case taskEnded(TaskGUID)
        case taskEndedSo(TaskGUID, TaskEnding)
        case taskGivenBack(TaskGUID)
        case taskTaken(TaskGUID)
        case taskDeleted(TaskGUID)
    }

    /// Whether it holds now, and the event that last changed that.
    private var facts: [Fact: (holds: Bool, number: Int64)] = [:]
    private var happenings: [Happening: Int64] = [:]
    /// The last event.
    private var number: Int64 = 0

    /// Whether an answer is borne out by what has happened since its call set out.
    func bearOut(_ answer: Answer, since mark: Int64) -> Bool {
        switch answer {
        case .desired(let guid): hasHappened(.desired(guid), since: mark)
        case .scaled(let guid, let instances): hasHeld(.scaled(guid, instances), since: mark)
        case .removed(let guid): hasFailed(.desired(guid), since: mark)
        case .retired(let key): hasHappened(.retired(key.processGUID, key.index), since: mark)
        case .freshened(let domain): hasHappened(.freshened(domain), since: mark)
        case .flagSet(let isOn): hasHeld(.flag(isOn), since: mark)
        case .brakeReleased: hasHappened(.brakeReleased, since: mark)
        case .claimed(let instance): hasHeld(.holds(instance), since: mark)
        case .started(let instance):
            hasHeld(.runs(instance), since: mark) || hasHeld(.isSuspect(instance), since: mark)
        case .letGo(let instance): hasFailed(.holds(instance), since: mark)
        case .taskDesired(let guid): hasHappened(.taskDesired(guid), since: mark)
        case .taskCancelled(let guid): hasHappened(.taskEnded(guid), since: mark)
        case .taskStarted(let guid, let cell): hasHeld(.taskRuns(guid, cell), since: mark)
        case .taskCompleted(let guid, let ending): hasHappened(.taskEndedSo(guid, ending), since: mark)
        case .taskGivenBack(let guid): hasHappened(.taskGivenBack(guid), since: mark)
        case .taskTaken(let guid): hasHappened(.taskTaken(guid), since: mark)
        case .taskDeleted(let guid): hasHappened(.taskDeleted(guid), since: mark)
        }
    }

    private func hasHappened(_ happening: Happening, since mark: Int64) -> Bool { happenings[happening] ?? 0 > mark }

    private func hasHeld(_ fact: Fact, since mark: Int64) -> Bool {
        facts[fact].map { $0.holds || $0.number > mark } ?? false
    }

    private func hasFailed(_ fact: Fact, since mark: Int64) -> Bool {
        facts[fact].map { !$0.holds || $0.number > mark } ?? true
    }

    /// A cell was asked to stop it, which is no event.
    mutating func noteStop(_ guid: ProcessGUID, _ index: Int) { happenings[.retired(guid, index)] = number + 1 }

    private mutating func note(_ happening: Happening) { happenings[happening] = number }

    private mutating func set(_ fact: Fact, _ holds: Bool) {
        guard (facts[fact]?.holds ?? false) != holds else { return }
        facts[fact] = (holds, number)
    }

    /// - Parameter mirror: as of after the event.
    mutating func see(_ event: NumberedEvent, after mirror: Mirror) {
        number = event.number
        switch event.event {
        case .lrp(let change): see(change, after: mirror)
        case .task(let change): see(change)
        case .featureFlagChanged:
            for isOn in [true, false] { set(.flag(isOn), mirror.isDockerOn == isOn) }
        case .domainUpserted(let domain): note(.freshened(domain.name))
        case .brakeReleased: note(.brakeReleased)
        case .brakeApplied, .cellAppeared, .cellDisappeared: break
        }
    }

    private mutating func see(_ change: LRPEvent, after mirror: Mirror) {
        switch change {
        case .desiredLRPCreated(let after):
            note(.desired(after.processGUID))
            set(.desired(after.processGUID), true)
            set(.scaled(after.processGUID, after.instances), true)
        case .desiredLRPChanged(let before, let after):
            set(.scaled(before.processGUID, before.instances), before.instances == after.instances)
            set(.scaled(after.processGUID, after.instances), true)
        case .desiredLRPRemoved(let before):
            set(.desired(before.processGUID), false)
            set(.scaled(before.processGUID, before.instances), false)
        case .actualLRPCreated(let after): see([after], after: mirror)
        case .actualLRPChanged(let before, let after): see([before, after], after: mirror)
        case .actualLRPRemoved(let before):
            note(.retired(before.key.processGUID, before.key.index))
            see([before], after: mirror)
        case .actualLRPCrashed(let before, let after): see([before, after], after: mirror)
        }
    }

    private mutating func see(_ records: [ActualLRP], after mirror: Mirror) {
        for instance in Set(records.compactMap(\.instanceKey)) {
            let held = records.flatMap { record in
                ActualLRP.Presence.allCases.compactMap { mirror.record(record.key, $0) }
            }.filter { $0.instanceKey == instance }
            set(.holds(instance), !held.isEmpty)
            set(.runs(instance), held.contains { $0.state.name == .running })
            set(.isSuspect(instance), held.contains { $0.presence == .suspect })
        }
    }

    private mutating func see(_ change: TaskEvent) {
        let task = change.task
        switch change {
        case .taskCreated: note(.taskDesired(task.guid))
        case .taskChanged(let before, let after):
            if case .running(let cell) = before.state { set(.taskRuns(task.guid, cell), false) }
            if case .running(let cell) = after.state { set(.taskRuns(task.guid, cell), true) }
            if after.rejectionCount > before.rejectionCount { note(.taskGivenBack(task.guid)) }
            if before.completion == nil, let completion = after.completion {
                note(.taskEnded(task.guid))
                note(.taskEndedSo(task.guid, TaskEnding(completion)))
            }
            if case .resolving = after.state { note(.taskTaken(task.guid)) }
        case .taskRemoved: note(.taskDeleted(task.guid))
        }
    }
}

extension TaskEnding {
    init(_ completion: TaskCompletion) {
        self.init(failed: completion.failed, reason: completion.failureReason, result: completion.result)
    }
}
