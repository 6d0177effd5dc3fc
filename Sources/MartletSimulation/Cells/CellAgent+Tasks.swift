import MartletBBSAPI
import MartletModels
import MartletTestSupport

/// What an agent does for tasks (cell specification 3.5).
extension CellAgent {
    /// - Returns: what there was no room for.
    func perform(_ work: [CellTask]) -> [CellTask] {
        work.filter { task in
            let container = SimulatedTaskContainer(
                work: task,
                run: process.simulation.draw { $0.next() },
                phase: .reserved,
                reservedAt: process.simulation.now
            )
            guard machine.add(container) else { return true }
            trace.note(machine.id.rawValue) { "takes \(task.guid)" }
            look(at: task.guid)
            return false
        }
    }

    /// Has an operation look at the container: one at a time, and a last time after the last change.
    func look(at guid: TaskGUID) {
        if isTaskAsked.updateValue(true, forKey: guid) == nil { process.spawn { await self.operate(guid) } }
    }

    private func operate(_ guid: TaskGUID) async {
        while isTaskAsked[guid] == true {
            isTaskAsked[guid] = false
            if await !process(guid) { needsPass = true }
        }
        isTaskAsked[guid] = nil
    }

    /// - Returns: false when it has to be tried again, because the board gave no answer.
    private func process(_ guid: TaskGUID) async -> Bool {
        guard let container = machine.task(guid), !container.isCancelled else { return true }
        if case .completed(let ending) = container.phase { return await end(container, ending) }
        return await start(container)
    }

    private func start(_ container: SimulatedTaskContainer) async -> Bool {
        let mark = witness.mark
        do throws(BBSClientError) {
            let isNew = try await bbs.startTask(container.guid, on: machine.id)
            witness.acknowledge(.taskStarted(container.guid, machine.id), since: mark)
            return isNew ? await run(container) : true
        } catch {
            guard case .bbs(let refusal) = error else { return false }
            if refusal.kind == .invalidStateTransition || refusal.kind == .resourceNotFound {
                delete(container, "may not run: \(refusal)")
            }
            return true
        }
    }

    private func run(_ container: SimulatedTaskContainer) async -> Bool {
        let task: MartletTask
        do throws(BBSClientError) { task = try await bbs.task(container.guid) } catch {
            // Nothing says what to run; the reservation runs out.
            return true
        }
        let (duration, fails) = SimulatedTask.behaviour(of: task.definition)
        let name = "\(container.guid) on \(machine.id), run \(container.run % 0xFFFF)"
        let begun = machine.change(container) { container in
            guard container.phase == .reserved else { return }
            container.phase = .creating
            container.ending =
                fails
                ? TaskEnding(failed: true, reason: SimulatedTask.exitReason) : TaskEnding(failed: false, result: name)
        }
        if begun?.phase == .creating { process.spawn { await self.create(container, duration) } }
        return true
    }

    private func create(_ container: SimulatedTaskContainer, _ duration: Duration) async {
        let (milliseconds, fails) = process.simulation.draw { random in
            let isLarge = timing.hasLargeImages && random.once(in: 12)
            return (Int.random(in: isLarge ? 5_000...25_000 : 50...1_500, using: &random), random.once(in: 30))
        }
        guard await sleep(.milliseconds(milliseconds)) else { return }
        let end = process.simulation.now + duration
        let failure = TaskEnding(failed: true, reason: "could not be created", mayBeRetried: true)
        let changed = machine.change(container) { container in
            guard container.phase == .creating else { return }
            container.phase = fails ? .completed(failure) : .running(until: end)
        }
        guard let changed else { return }
        trace.note(machine.id.rawValue) { "\(changed.guid): \(changed.phase)" }
        guard changed.isRunning else { return look(at: changed.guid) }
        witness.judgeTaskRun(changed.guid, on: machine.id)
        process.spawn { await self.finish(changed, at: end) }
    }

    private func finish(_ container: SimulatedTaskContainer, at end: Timestamp) async {
        guard await sleep(process.simulation.now.duration(to: end)) else { return }
        machine.change(container) { container in
            guard container.isRunning, !container.isCancelled else { return }
            (container.phase, container.endedAt) = (.completed(container.ending), end)
        }
        look(at: container.guid)
    }

    /// Processes that ran before this life of the agent run on, or have ended meanwhile.
    func resumeTasks() {
        for container in machine.allTasks {
            if case .running(let end) = container.phase { process.spawn { await self.finish(container, at: end) } }
        }
    }

    private func end(_ container: SimulatedTaskContainer, _ ending: TaskEnding) async -> Bool {
        guard ending.mayBeRetried else { return await complete(container, ending) }
        // The board does not ask which cell gives a task back, so this may not be repeated when another one may have it
        // by then. What the board has not heard of, the next comparison ends.
        delete(container, "given back")
        let mark = witness.mark
        witness.noteGivenBack(container.guid)
        do throws(BBSClientError) {
            try await bbs.rejectTask(container.guid, reason: ending.reason)
            witness.acknowledge(.taskGivenBack(container.guid), since: mark)
        } catch {
            if case .bbs = error { return true }
            return false
        }
        return true
    }

    private func complete(_ container: SimulatedTaskContainer, _ ending: TaskEnding) async -> Bool {
        do throws(BBSClientError) { try await tell(container.guid, ending) } catch {
            guard case .bbs(let refusal) = error else { return false }
            if refusal.kind == .invalidStateTransition {
                try? await tell(container.guid, TaskEnding(failed: true, reason: "invalid state transition"))
            }
        }
        delete(container, "ended")
        return true
    }

    private func tell(_ guid: TaskGUID, _ ending: TaskEnding) async throws(BBSClientError) {
        let mark = witness.mark
        witness.noteEnding(guid, on: machine.id, ending)
        try await bbs.completeTask(
            CompleteTaskRequest(
                guid,
                on: machine.id,
                failed: ending.failed,
                failureReason: ending.reason,
                result: ending.result
            )
        )
        witness.acknowledge(.taskCompleted(guid, ending), since: mark)
    }

    /// The board says that a task runs here, and there is no container.
    func endResidual(_ guid: TaskGUID) async {
        guard machine.task(guid) == nil else { return }
        let text = "task container does not exist"
        do throws(BBSClientError) { try await tell(guid, TaskEnding(failed: true, reason: text, result: text)) } catch {
            if case .bbs = error { return }
            needsPass = true
        }
    }

    /// Drops it, whether or not it is here.
    func cancel(_ guid: TaskGUID) {
        guard let container = machine.task(guid), !container.isCancelled, container.isActive else { return }
        guard container.isRunning else { return delete(container, "cancelled") }
        machine.change(container) { $0.isCancelled = true }
        process.spawn {
            let milliseconds = self.process.simulation.draw { Int.random(in: 10...1_000, using: &$0) }
            guard await self.sleep(.milliseconds(milliseconds)) else { return }
            await self.delete(container, "cancelled")
        }
    }

    private func delete(_ container: SimulatedTaskContainer, _ why: String) {
        trace.note(machine.id.rawValue) { "deletes \(container.guid): \(why)" }
        machine.remove(container)
    }

    /// Reservations hold for a minute only.
    func pruneTaskReservations(before limit: Timestamp) {
        for container in machine.allTasks where container.phase == .reserved && container.reservedAt <= limit {
            let ending = TaskEnding(failed: true, reason: "reservation expired")
            machine.change(container) { $0.phase = .completed(ending) }
            look(at: container.guid)
        }
    }
}
