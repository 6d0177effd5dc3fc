import MartletBBSAPI
import MartletModels
import MartletTestSupport

/// One life of the agent of a cell: it reports its containers and does what the answers ask for
/// (cell specification 3.2 and 3.3).
actor CellAgent: SimulatedHost {
    struct Timing: Sendable {
        var presenceInterval: Duration = .seconds(5)
        var presenceTTL: Duration = .seconds(15)
        var pollingInterval: Duration = .seconds(30)
        var retryInterval: Duration = .seconds(2)
        var hasLargeImages = false
    }

    nonisolated let machine: CellMachine
    nonisolated let process: SimulatedProcess
    let bbs: BBSClient
    private let session: String
    let witness: Witness
    let trace: Trace
    let timing: Timing
    /// Containers that an operation looks at now, and whether it has to look again.
    private var isAsked: [InstanceGUID: Bool] = [:]
    /// The same of tasks.
    var isTaskAsked: [TaskGUID: Bool] = [:]
    var needsPass = false

    init(
        _ machine: CellMachine,
        process: SimulatedProcess,
        session: String,
        bbs: BBSClient,
        timing: Timing,
        witness: Witness,
        trace: Trace
    ) {
        self.machine = machine
        self.process = process
        self.session = session
        self.timing = timing
        self.bbs = bbs
        self.witness = witness
        self.trace = trace
    }

    func run() async {
        machine.adopt()
        resumeTasks()
        await withDiscardingTaskGroup { group in
            group.addTask { await self.announceRegularly() }
            group.addTask { await self.compareRegularly() }
        }
    }

    private func announceRegularly() async {
        while !Task.isCancelled {
            try? await bbs.upsert(machine.presence, timeToLive: timing.presenceTTL, session: session)
            guard await sleep(timing.presenceInterval) else { return }
        }
    }

    private func compareRegularly() async {
        var due = process.simulation.now
        while !Task.isCancelled {
            pruneReservations()
            if needsPass || process.simulation.now >= due {
                needsPass = false
                if await compare() { due = process.simulation.now + timing.pollingInterval }
            }
            guard await sleep(timing.retryInterval) else { return }
        }
    }

    private func pruneReservations() {
        let limit = process.simulation.now.advanced(by: .zero - SimulatedContainer.reservationLimit)
        for container in machine.all where container.phase == .reserved && container.reservedAt <= limit {
            machine.change(container.instance.instanceGUID) { $0.phase = .completed(reason: "reservation expired") }
            look(at: container.instance.instanceGUID)
        }
        pruneTaskReservations(before: limit)
    }

    /// - Returns: false when the board gave no answer; then nothing is done, because nothing is known.
    private func compare() async -> Bool {
        let containers = machine.all.map(\.instance.instanceGUID)
        let tasks = machine.allTasks.map(\.guid)
        guard let known = try? await bbs.actualLRPs(ActualLRPsRequest(cellID: machine.id)),
            let knownTasks = try? await bbs.tasks(TasksRequest(cellID: machine.id))
        else { return false }
        for id in containers { look(at: id) }
        for guid in tasks { look(at: guid) }
        for lrp in known where lrp.presence != .evacuating {
            guard let instance = lrp.instanceKey, !containers.contains(instance.instanceGUID) else { continue }
            process.spawn { await self.removeResidual(lrp.key, instance) }
        }
        for task in knownTasks where task.state == .running(machine.id) && !tasks.contains(task.guid) {
            process.spawn { await self.endResidual(task.guid) }
        }
        return true
    }

    private func removeResidual(_ key: ActualLRPKey, _ instance: ActualLRPInstanceKey) async {
        guard machine.container(instance.instanceGUID) == nil else { return }
        await remove(key, instance)
    }

    /// Has an operation look at the container: one at a time, and a last time after the last change.
    nonisolated func noteChange(_ id: InstanceGUID) { process.spawn { await self.look(at: id) } }

    func look(at id: InstanceGUID) {
        if isAsked.updateValue(true, forKey: id) == nil { process.spawn { await self.operate(id) } }
    }

    private func operate(_ id: InstanceGUID) async {
        while isAsked[id] == true {
            isAsked[id] = false
            if await !process(id) { needsPass = true }
        }
        isAsked[id] = nil
    }

    /// - Returns: false when it has to be tried again, because the board gave no answer.
    private func process(_ id: InstanceGUID) async -> Bool {
        guard let container = machine.container(id) else { return true }
        switch container.phase {
        case .reserved: return await claimAndRun(container)
        case .creating: return await claim(container)
        case .running: return container.stopRequested ? true : await start(container)
        case .completed(let reason): return await end(container, reason)
        }
    }

    private func claim(_ container: SimulatedContainer) async -> Bool {
        let mark = witness.mark
        do throws(BBSClientError) {
            try await bbs.claim(container.key.processGUID, index: container.key.index, by: container.instance)
            witness.acknowledge(.claimed(container.instance), since: mark)
            return true
        } catch {
            guard case .bbs(let refusal) = error else { return false }
            if refusal.kind == .actualLRPCannotBeClaimed { delete(container, "may not be claimed") }
            if refusal.kind == .resourceNotFound, container.phase == .reserved { delete(container, "is not wanted") }
            return true
        }
    }

    private func claimAndRun(_ container: SimulatedContainer) async -> Bool {
        guard await claim(container) else { return false }
        let id = container.instance.instanceGUID
        guard machine.container(id)?.phase == .reserved else { return true }
        let desired: DesiredLRP
        do throws(BBSClientError) { desired = try await bbs.desiredLRP(container.key.processGUID) } catch {
            if case .bbs = error { return true }
            return false
        }
        let isBegun = machine.change(id) { container in
            guard container.phase == .reserved else { return }
            container.phase = .creating
            container.metricTags = desired.metricTags(index: container.key.index, instance: id)
        }
        guard isBegun?.phase == .creating else { return true }
        process.spawn { await self.create(id) }
        return true
    }

    private func create(_ id: InstanceGUID) async {
        let (milliseconds, fails) = process.simulation.draw { random in
            // A large image, sometimes.
            let isLarge = timing.hasLargeImages && random.once(in: 12)
            return (Int.random(in: isLarge ? 5_000...25_000 : 50...1_500, using: &random), random.once(in: 40))
        }
        guard await sleep(.milliseconds(milliseconds)) else { return }
        let container = machine.change(id) { container in
            guard container.phase == .creating else { return }
            container.phase = fails ? .completed(reason: "could not be created") : .running
        }
        guard let container else { return }
        trace.note(machine.id.rawValue) { "\(container.key) \(container.instance.instanceGUID): \(container.phase)" }
        look(at: id)
    }

    private func start(_ container: SimulatedContainer) async -> Bool {
        let mark = witness.mark
        let netInfo = ActualLRPNetInfo(address: "192.0.2.\(machine.number)")
        do throws(BBSClientError) {
            let start = ActualLRPStart(
                instance: container.instance,
                netInfo: netInfo,
                metricTags: container.metricTags,
                availabilityZone: machine.zone
            )
            try await bbs.start(container.key, start)
            witness.acknowledge(.started(container.instance), since: mark)
            return true
        } catch {
            guard case .bbs(let refusal) = error else { return false }
            if refusal.kind == .actualLRPCannotBeStarted { stop(container.instance.instanceGUID) }
            return true
        }
    }

    private func end(_ container: SimulatedContainer, _ reason: String) async -> Bool {
        if container.stopRequested {
            delete(container, "stopped")
            return await remove(container.key, container.instance)
        }
        let mark = witness.mark
        do throws(BBSClientError) {
            try await bbs.crash(container.key, container.instance, reason: reason)
            witness.acknowledge(.letGo(container.instance), since: mark)
        } catch {
            guard case .bbs = error else { return false }
        }
        delete(container, "crashed")
        return true
    }

    @discardableResult
    private func remove(_ key: ActualLRPKey, _ instance: ActualLRPInstanceKey) async -> Bool {
        let mark = witness.mark
        do throws(BBSClientError) {
            try await bbs.removeActualLRP(key.processGUID, index: key.index, heldBy: instance)
            witness.acknowledge(.letGo(instance), since: mark)
            return true
        } catch {
            guard case .bbs = error else {
                // The record outlives its container until the next comparison.
                needsPass = true
                return false
            }
            return true
        }
    }

    private func delete(_ container: SimulatedContainer, _ why: String) {
        trace.note(machine.id.rawValue) { "deletes \(container.key) \(container.instance.instanceGUID): \(why)" }
        machine.remove(container.instance.instanceGUID)
    }

    /// Asks a container to end. What has not begun to run ends at once.
    func stop(_ id: InstanceGUID) {
        guard let container = machine.container(id), container.phase.isActive, !container.stopRequested else { return }
        let wasRunning = container.phase == .running
        machine.change(id) { container in
            container.stopRequested = true
            if !wasRunning { container.phase = .completed(reason: "") }
        }
        guard wasRunning else { return look(at: id) }
        process.spawn { await self.finishStop(id) }
    }

    private func finishStop(_ id: InstanceGUID) async {
        let milliseconds = process.simulation.draw { Int.random(in: 10...1_000, using: &$0) }
        guard await sleep(.milliseconds(milliseconds)) else { return }
        machine.change(id) { $0.phase = .completed(reason: "") }
        look(at: id)
    }

    /// - Returns: false when cancelled.
    func sleep(_ duration: Duration) async -> Bool {
        (try? await process.clock.sleep(until: process.now + duration, tolerance: nil)) != nil
    }
}
