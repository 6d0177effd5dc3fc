import MartletModels

/// Starts a process, or takes up one that an earlier life of the agent started, and waits for it.
///
/// When stopped: SIGTERM, the grace, SIGKILL, one second (executor section 4.6). When the Swift task is cancelled
/// the process is left running.
struct RunStep: Sendable {
    let action: RunAction

    private enum Event: Sendable {
        case ended(Result<ProcessExit, RuntimeFailure>)
        case stop(Bool)
        case graceOver(Bool)
        case givenUp(Bool)
    }

    private enum Phase: Hashable, Sendable {
        case running
        case terminated
        case killed
    }

    func run(in context: StepContext, ready: @escaping Ready) async -> StepOutcome {
        do throws(ExecutorError) {
            let entry = try await context.journal.begin(context.id)
            if let exit = entry.exit {
                await ready()
                return outcome(of: exit, source: source(context))
            }
            if let failure = try await spawn(entry, in: context) { return failure }
        } catch {
            return error == .shuttingDown ? .detached : .failed(StepFailure(text: "\(error)"))
        }
        await ready()
        return await supervise(context)
    }

    private func source(_ context: StepContext) -> String {
        action.logSource.isEmpty ? context.logSource : action.logSource
    }

    /// - Returns: `nil` when the process exists.
    private func spawn(_ entry: StepEntry, in context: StepContext) async throws(ExecutorError) -> StepOutcome? {
        let surroundings = context.surroundings
        let output = output(context)
        do throws(RuntimeFailure) {
            var exists = false
            if !entry.isNew {
                exists = try await surroundings.runtime.attach(
                    to: context.id,
                    in: surroundings.container,
                    output: output
                )
            }
            if !exists {
                // Told to stop before it began. One that runs already is taken up first, to be ended with grace.
                if context.stop.isSet { return .cancelled }
                if entry.started {
                    let text = "process \(context.id) was lost while the cell's agent was away"
                    return .failed(StepFailure(text: text))
                }
                try await surroundings.runtime.start(request(context), in: surroundings.container, output: output)
            }
        } catch {
            if error == .detached || Task.isCancelled { return .detached }
            surroundings.log.write("failed-creating-process: \(error.reason)", to: .err, source: source(context))
            return .failed(StepFailure(text: error.reason, cause: .creation))
        }
        if !entry.started { try await context.journal.started(context.id) }
        return nil
    }

    private func request(_ context: StepContext) -> ProcessRequest {
        ProcessRequest(
            id: context.id,
            path: action.path,
            arguments: action.arguments,
            directory: action.directory,
            environment: context.surroundings.environment.variables(for: action.environment),
            user: action.user,
            nofile: action.nofile
        )
    }

    private func output(_ context: StepContext) -> ProcessOutput {
        if let capture = context.capture { return { _, line in capture.append(line) } }
        if action.suppressLogOutput { return { _, _ in } }
        let (log, source) = (context.surroundings.log, source(context))
        return { stream, line in log.write(line, to: stream, source: source) }
    }

    private func supervise(_ context: StepContext) async -> StepOutcome {
        let surroundings = context.surroundings
        let (runtime, clock) = (surroundings.runtime, surroundings.clock)
        let (container, id) = (surroundings.container, context.id)
        return await withTaskGroup(of: Event.self) { tasks in
            tasks.addTask { .ended(await Self.end(of: id, in: container, runtime)) }
            tasks.addTask { .stop(await context.stop.wait()) }
            var phase = Phase.running
            for await event in tasks {
                switch event {
                case .ended(let result):
                    tasks.cancelAll()
                    return await finish(result, phase, context)
                case .stop(true):
                    phase = .terminated
                    // A process that cannot be signalled has ended, or is killed after the grace.
                    try? await runtime.signal(.terminate, to: id, in: container)
                    tasks.addTask { .graceOver(await clock.sleep(for: surroundings.grace)) }
                case .graceOver(true):
                    phase = .killed
                    await kill(context)
                    tasks.addTask { .givenUp(await clock.sleep(for: StepSurroundings.waitAfterKill)) }
                case .givenUp(true):
                    tasks.cancelAll()
                    return .failed(StepFailure(text: "process did not exit"))
                case .stop(false), .graceOver(false), .givenUp(false): continue
                }
            }
            return .detached
        }
    }

    private static func end(
        of process: ProcessID,
        in container: InstanceGUID,
        _ runtime: any ContainerRuntime
    ) async -> Result<ProcessExit, RuntimeFailure> {
        do throws(RuntimeFailure) {
            return .success(try await runtime.wait(for: process, in: container))
        } catch { return .failure(error) }
    }

    /// When the whole container ends, everything in it is killed at once; otherwise only what belongs to this step.
    private func kill(_ context: StepContext) async {
        let surroundings = context.surroundings
        if surroundings.stop.isSet {
            try? await surroundings.runtime.kill(surroundings.container)
        } else {
            try? await surroundings.runtime.signal(.kill, to: context.id, in: surroundings.container)
        }
    }

    private func finish(
        _ result: Result<ProcessExit, RuntimeFailure>,
        _ phase: Phase,
        _ context: StepContext
    ) async -> StepOutcome {
        switch result {
        case .failure(.detached): return .detached
        case .failure(let failure):
            return phase == .running ? .failed(StepFailure(text: failure.reason)) : .cancelled
        case .success(let exit):
            // A journal that fails here costs a second wait in the next life, nothing more.
            try? await context.journal.ended(context.id, exit)
            announce(exit, phase, context)
            switch phase {
            case .running: return outcome(of: exit, source: source(context))
            case .terminated: return .cancelled
            case .killed: return .failed(.graceExceeded)
            }
        }
    }

    private func announce(_ exit: ProcessExit, _ phase: Phase, _ context: StepContext) {
        guard context.announcesExit, !action.suppressLogOutput else { return }
        var line = "Exit status \(exit.status)"
        if phase == .killed { line += " (exceeded \(context.surroundings.grace.goText) graceful shutdown interval)" }
        if exit.status != 0 && exit.outOfMemory { line += " (out of memory)" }
        context.surroundings.log.write(line, source: source(context))
    }

    private func outcome(of exit: ProcessExit, source: String) -> StepOutcome {
        guard exit.status != 0 else { return .succeeded }
        let suffix = exit.outOfMemory ? " (out of memory)" : ""
        let text = "\(source): Exited with status \(exit.status)\(suffix)"
        return .failed(StepFailure(text: text, cause: CrashCause(exit)))
    }
}
