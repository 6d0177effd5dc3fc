import MartletBBSAPI
import MartletHTTP
import MartletLinux
import MartletModels
import MartletSQL
import MartletStore
import MartletTestSupport

/// What each step does.
extension World {
    func perform(_ step: Step) {
        trace.note("step") { "\(step)" }
        switch step.action {
        case .desire, .scale, .remove, .setFlag, .setMessage, .retire, .freshen, .releaseBrake:
            client.spawn { await self.ask(step.action) }
        case .desireTask, .cancelTask, .takeOutcomes: client.spawn { await self.askForTasks(step.action) }
        case .ghostTask(let cell, let task): haunt(machines[cell], task)
        case .crash(let pick): crash(pick)
        case .crashInstance(let app, let index):
            let key = SimulatedApp.all[app].key(index)
            crash(0) { $0.key == key }
        case .ghost(let cell, let app, let index): haunt(machines[cell], SimulatedApp.all[app], index)
        case .expectSettled: expectSettled()
        case .loseCell(let cell, let keeps): lose(machines[cell], keepsContainers: keeps)
        case .returnCell(let cell): startAgent(of: machines[cell])
        case .cutOff(let cell, let direction, let seconds): cutOff(machines[cell], direction, .seconds(seconds))
        case .disturb(let faults, let seconds):
            network.disturb(faults)
            untilCalm(after: .seconds(seconds)) { $0.network.disturb(MessageFaults()) }
        case .killServer(let jobs, let time): killServer(afterJobs: jobs, downFor: time)
        case .addServer(let seconds): addServer(for: .seconds(seconds))
        case .stepServerClock(let seconds): server?.process.stepClock(by: .seconds(seconds))
        case .stepCellClock(let cell, let seconds):
            agent(of: machines[cell].id)?.process.stepClock(by: .seconds(seconds))
        case .fillDisk(let seconds):
            fillDisk(true)
            untilCalm(after: .seconds(seconds)) { $0.fillDisk(false) }
        }
    }

    /// Ends a fault, unless all faults have ended before.
    private func untilCalm(after time: Duration, _ end: @escaping @Sendable (World) -> Void) {
        simulation.schedule(after: time) { [self] in
            if !state.withLock({ $0.isCalm }) { end(self) }
        }
    }

    private func crash(_ pick: Int, _ isMeant: (SimulatedContainer) -> Bool = { _ in true }) {
        let running = machines.flatMap { machine in
            agent(of: machine.id) == nil ? [] : machine.all.filter { $0.phase == .running && !$0.stopRequested }
        }.filter(isMeant)
        guard !running.isEmpty else { return }
        let instance = running[pick % running.count].instance
        trace.note(instance.cellID.rawValue) { "\(running[pick % running.count].key) \(instance.instanceGUID) crashes" }
        guard let machine = machines.first(where: { $0.id == instance.cellID }) else { return }
        machine.change(instance.instanceGUID) { $0.phase = .completed(reason: "exited with status 1") }
        agent(of: machine.id)?.noteChange(instance.instanceGUID)
    }

    private func haunt(_ machine: CellMachine, _ app: SimulatedApp, _ index: Int) {
        guard let agent = agent(of: machine.id) else { return }
        let instance = ActualLRPInstanceKey(
            instanceGUID: InstanceGUID("ghost-\(simulation.draw { $0.next() % 0xFFFF })"),
            cellID: machine.id
        )
        let work = CellLRP(
            key: app.key(index),
            instanceGUID: instance.instanceGUID,
            memoryMB: SimulatedApp.memoryMB,
            diskMB: SimulatedApp.diskMB,
            maxPIDs: 0,
            rootFS: app.rootFS
        )
        guard machine.add(SimulatedContainer(work: work, instance: instance, phase: .running, reservedAt: now)) else {
            return
        }
        agent.noteChange(instance.instanceGUID)
    }

    /// A process that nobody placed there has ended, and its cell says how.
    private func haunt(_ machine: CellMachine, _ number: Int) {
        guard let agent = agent(of: machine.id) else { return }
        let work = CellTask(
            guid: SimulatedTask.guid(number),
            domain: SimulatedTask.domain,
            memoryMB: SimulatedApp.memoryMB,
            diskMB: SimulatedApp.diskMB,
            maxPIDs: 0,
            rootFS: RootFS("preloaded:stack")
        )
        let ending = TaskEnding(failed: false, result: "of a ghost")
        let run = simulation.draw { $0.next() }
        let container = SimulatedTaskContainer(work: work, run: run, phase: .completed(ending), reservedAt: now)
        guard machine.add(container) else { return }
        agent.process.spawn { await agent.look(at: work.guid) }
    }

    private func lose(_ machine: CellMachine, keepsContainers: Bool) {
        stopAgent(of: machine, keepsContainers: keepsContainers)
        guard plan.profile == .cells else { return }
        let lives = state.withLock { $0.sessionCount }
        // The presence may have been renewed a moment ago.
        simulation.schedule(after: .seconds(16)) { [self] in
            let isSameLoss = state.withLock { $0.sessionCount == lives && $0.agents[machine.id] == nil }
            if isSameLoss { judgeLoss(of: machine.id) }
        }
    }

    private func cutOff(_ machine: CellMachine, _ direction: Action.Direction, _ time: Duration) {
        let away = SimulatedNetwork.Link(from: machine.id.rawValue, to: ServerTransport.host)
        let back = SimulatedNetwork.Link(from: ServerTransport.host, to: machine.id.rawValue)
        let links =
            switch direction {
            case .toCell: [back]
            case .fromCell: [away]
            case .both: [away, back]
            }
        network.cut(links, by: 1)
        untilCalm(after: time) { $0.network.cut(links, by: -1) }
    }

    private func killServer(afterJobs jobs: Int, downFor time: Duration) {
        guard let node = server else { return }
        node.process.kill(afterJobs: jobs) { [self] in
            kill(node)
            if server == nil && state.withLock({ $0.starting.isEmpty }) { startServer(after: time) }
        }
    }

    private func addServer(for time: Duration) {
        guard let old = server, state.withLock({ $0.servers.count }) == 1 else { return }
        startServer(after: .zero, sharing: old)
        // Then the old one notices.
        simulation.schedule(after: time) { [self] in
            let isAlone = state.withLock { $0.servers.count } == 1
            if !isAlone, !old.process.isDead { kill(old) }
        }
    }

    /// No store may grow, or all may again.
    func fillDisk(_ isFull: Bool) {
        trace.note("disk") { isFull ? "is full" : "has room" }
        let stores = state.withLock { state in
            state.isDiskFull = isFull
            return state.stores.filter { !$0.process.isDead }.map(\.store)
        }
        for store in stores { harness.spawn { await self.limitSize(of: store) } }
    }

    /// As the disk is by now.
    func limitSize(of store: Store) async {
        let isFull = state.withLock { $0.isDiskFull }
        try? await store.limitSize(pages: isFull ? 1 : Self.diskPages)
    }

    private static let diskPages = 100_000
}
