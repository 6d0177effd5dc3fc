import MartletBBSAPI
import MartletLinux
import MartletModels
import MartletStore
import MartletTestSupport

/// What the judge is told.
extension World {
    /// Sees every event of a store, before anything else goes on.
    func watch(_ subscription: EventSubscription) {
        harness.spawn { [self] in
            for await event in subscription.events {
                let now = now
                trace.note("store") { "event \(event.number): \(EventRecord(event).line)" }
                state.withLock { $0.judge.see(event, at: now) }
            }
        }
    }

    /// Gives the judge what it is to know, and the time.
    func judging(_ body: (inout Judge, Timestamp) -> Void) {
        let now = now
        state.withLock { body(&$0.judge, now) }
    }

    func judgeStop(_ guid: ProcessGUID, _ instance: ActualLRPInstanceKey) {
        let now = now
        state.withLock { $0.judge.judgeStop(guid, instance, at: now) }
    }

    func noteRetirement(_ key: ActualLRPKey) {
        let now = now
        state.withLock { $0.judge.noteRetirement(key, at: now) }
    }

    /// A cell is given work.
    func judgeWork(_ work: [CellLRP], on machine: CellMachine) {
        guard plan.profile == .calm else { return }
        let now = now
        // A client may have had the record removed while its work was on the way.
        let isRetired = state.withLock { state in work.map { state.judge.isRetired($0.key, at: now) } }
        for (lrp, isRetired) in zip(work, isRetired) where !isRetired {
            for other in machines {
                for container in other.all where container.key == lrp.key && container.phase.isActive {
                    // Nobody counts on it: it was not wanted for a while since its work set out.
                    let reservedAt = container.reservedAt.advanced(by: .seconds(-1))
                    if container.phase == .reserved,
                        state.withLock({ $0.judge.wasUnwanted(lrp.key, since: reservedAt) })
                    {
                        continue
                    }
                    report(
                        .placedOnce,
                        "\(lrp.key) is given to \(machine.id), and \(container.instance.instanceGUID) on \(other.id) has it"
                    )
                }
            }
        }
    }

    /// A cell is given tasks.
    func judgeWork(_ work: [CellTask], on machine: CellMachine) {
        guard plan.profile == .calm else { return }
        for task in work {
            for other in machines {
                guard let container = other.task(task.guid), container.isActive else { continue }
                // As with instances: it was not admitted for a while since its work set out.
                let reservedAt = container.reservedAt.advanced(by: .seconds(-1))
                let isExcused =
                    task.rootFS.isDocker && container.phase == .reserved
                    && state.withLock { $0.judge.wasFlagOff(since: reservedAt) }
                guard !isExcused else { continue }
                report(.placedOnce, "\(task.guid) is given to \(machine.id), and \(other.id) has it")
            }
        }
    }

    /// A cell had no room for work.
    func judgeDeclined(_ work: CellWork) {
        let names = work.lrps.map { "\($0.key)" } + work.tasks.map { "\($0.guid)" }
        guard plan.profile == .calm, !names.isEmpty else { return }
        report(.capacity, "no room for \(names)")
    }

    /// A cell is silent for longer than its presence holds.
    func judgeLoss(of cell: CellID) {
        let mirror = state.withLock { $0.judge.mirror }
        if mirror.cells.contains(cell) { return report(.lossNoticed, "\(cell) is silent and counts as living") }
        let held = mirror.actual.values.filter { $0.presence == .ordinary && $0.instanceKey?.cellID == cell }
        let left = held.map(RecordID.init).filter { mirror.wants($0.processGUID, $0.index) }.min()
        if let left { report(.lossNoticed, "\(left) is still held by \(cell), which is lost") }
    }

    /// Compares the table with what its events say. On the harness.
    func compareTable() async {
        guard let store = server?.store else { return }
        let table: [RecordID: ActualLRP]
        let desired: [ProcessGUID: DesiredLRP]
        let tasks: [TaskGUID: MartletTask]
        let last: Int64
        do throws(StoreError) {
            (table, desired, tasks, last) = try await store.read { (snapshot) throws(StoreError) in
                (
                    Dictionary(try snapshot.actualLRPs().map { (RecordID($0), $0) }) { first, _ in first },
                    Dictionary(try snapshot.desiredLRPs().map { ($0.processGUID, $0) }) { first, _ in first },
                    Dictionary(try snapshot.tasks().map { ($0.guid, $0) }) { first, _ in first },
                    try snapshot.lastEventNumber()
                )
            }
        } catch { return }
        let mirror = state.withLock { $0.judge.mirror }
        guard mirror.lastNumber == last else {
            return report(.eventsChain, "the table has \(last) events, \(mirror.lastNumber) were told")
        }
        let wrong = Set(table.keys).union(mirror.actual.keys).sorted().filter { table[$0] != mirror.actual[$0] }
        if let id = wrong.first { report(.replay, "\(id) is not what its events say") }
        if desired != mirror.desired { report(.replay, "the desired LRPs are not what their events say") }
        if tasks != mirror.tasks { report(.replay, "the tasks are not what their events say") }
    }
}

extension EventRecord {
    fileprivate var line: String { "\(kind) \(subject): \(text)" }
}
