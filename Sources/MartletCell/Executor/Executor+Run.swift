import MartletLog
public import MartletModels

extension Executor {
    /// How making a container ended.
    private enum Creation: Sendable {
        case created(ContainerRecord)
        case failed(String)
        case stopped
        /// The agent ends; the next life finds the half made container.
        case abandoned
    }

    /// Tells a reserved container what to run; making it goes on after the return.
    ///
    /// - Throws: `.invalidTransition` when it was told before.
    public func run(_ desired: DesiredLRP, in id: InstanceGUID) async throws(ExecutorError) {
        guard let entry = work.start(id) else { throw .invalidTransition }
        let record: ContainerRecord
        do throws(ExecutorError) {
            record = try await table.update(id) { (record) throws(ExecutorError) in try record.initialize(desired) }
        } catch {
            work.cancelStart(id)
            throw error
        }
        if record.stopRequested { entry.stop.set() }
        spawn { await self.live(record, desired, entry) }
    }

    /// The whole life of a container, from its making to the end of what runs in it.
    private func live(_ record: ContainerRecord, _ desired: DesiredLRP, _ entry: ContainerWork.Entry) async {
        defer { entry.ended.finish(true) }
        let log = makeLog(record, desired)
        switch await creations.run({ await self.create(record, desired, entry) }) ?? .abandoned {
        case .abandoned: break
        case .stopped:
            await complete(record, .failed(StepFailure(text: "stopped-before-running")), log)
        case .failed(let reason):
            let text = "Cell \(configuration.cellID) failed to create container for instance \(record.id): \(reason)"
            say(text, to: .err, of: record)
            let failure = StepFailure(text: "failed to create container: \(reason)", cause: .creation)
            await complete(record, .failed(failure), log, retryable: true)
        case .created(let record):
            await supervise(record, log, entry)
        }
    }

    private func create(
        _ record: ContainerRecord,
        _ desired: DesiredLRP,
        _ entry: ContainerWork.Entry
    ) async -> Creation {
        let (id, cell) = (record.id, configuration.cellID)
        if entry.stop.isSet { return .stopped }
        say("Cell \(cell) creating container for instance \(id)", of: record)
        let made = await Self.cancelled(by: entry.stop) { await self.make(record, desired) }
        if entry.stop.isSet { return .stopped }
        if Task.isCancelled { return .abandoned }
        switch made {
        case nil: return .abandoned
        case .failure(let failure): return .failed(failure.reason)
        case .success(let netInfo):
            do throws(ExecutorError) {
                let record = try await table.update(id) { (record) throws(ExecutorError) in try record.create(netInfo) }
                say("Cell \(cell) successfully created container for instance \(id)", of: record)
                return .created(record)
            } catch { return .failed("\(error)") }
        }
    }

    private func make(
        _ record: ContainerRecord,
        _ desired: DesiredLRP
    ) async -> Result<ActualLRPNetInfo, RootFSFailure> {
        do throws(RootFSFailure) {
            if desired.privileged { throw RootFSFailure("privileged containers are not supported") }
            let rootFS = try await ports.rootFS.prepare(
                RootFSRequest(
                    container: record.id,
                    rootFS: record.rootFS,
                    credentials: desired.imageCredentials,
                    range: record.range,
                    diskMB: record.resources.diskMB
                )
            )
            let request = ContainerRequest(
                id: record.id,
                hostname: record.id.rawValue,
                rootFS: rootFS,
                range: record.range,
                limits: record.resources,
                cpuWeight: max(1, desired.cpuWeight),
                ports: Self.withoutDuplicates(desired.ports),
                environment: ProcessEnvironment.ofContainer(
                    image: rootFS.environment,
                    instance: record.id,
                    index: record.key.index,
                    desired: desired.environment
                )
            )
            do throws(RuntimeFailure) { return .success(try await ports.runtime.create(request)) } catch {
                throw RootFSFailure(error.reason)
            }
        } catch { return .failure(error) }
    }

    private static func withoutDuplicates(_ ports: [UInt32]) -> [UInt32] {
        var seen = Set<UInt32>()
        return ports.filter { seen.insert($0).inserted }
    }

    /// Cancels `body` when the signal is set; returns when `body` has.
    private static func cancelled<R: Sendable>(
        by stop: StopSignal,
        _ body: @escaping @Sendable () async -> R
    ) async -> R? {
        await withTaskGroup(of: R?.self) { tasks in
            tasks.addTask { await body() }
            tasks.addTask {
                _ = await stop.wait()
                return nil
            }
            var result: R?
            for await next in tasks {
                // Whichever ends first, the other is not needed any more: the making, or the ear for a stop.
                tasks.cancelAll()
                result = next ?? result
            }
            return result
        }
    }

    /// Runs the container's tree until it ends or the agent does.
    func supervise(_ record: ContainerRecord, _ log: AppLog, _ entry: ContainerWork.Entry) async {
        guard let desired = record.state.desired, let netInfo = record.state.netInfo else { return }
        let journal = TableJournal(table: table, container: record.id, clock: ports.clock)
        let context = StepContext(
            surroundings: StepSurroundings(
                container: record.id,
                runtime: ports.runtime,
                clock: ports.clock,
                log: log,
                environment: ProcessEnvironment(netInfo: netInfo),
                grace: configuration.grace,
                stop: entry.stop
            ),
            journal: journal,
            id: ProcessID("tree"),
            logSource: Self.logSource(desired),
            stop: entry.stop
        )
        let outcome: StepOutcome
        do throws(ExecutorError) {
            let tree = InstanceTree(
                desired: desired,
                timing: configuration.health,
                startedAt: try await journal.begin(context.id).begunAt,
                isRunningAlready: record.state.name == .running,
                isRoutable: record.routable,
                setRoutable: { await self.setRoutable($0, record.id) }
            )
            outcome = await tree.run(in: context) { await self.markRunning(record.id) }
        } catch { outcome = .failed(StepFailure(text: "\(error)")) }
        await complete(record, outcome, log)
    }

    private func markRunning(_ id: InstanceGUID) async {
        await attempt("container not marked running", id) { () throws(ExecutorError) in
            try await table.update(id) { (record) throws(ExecutorError) in
                if record.state.name == .created { try record.run() }
            }
        }
    }

    private func setRoutable(_ routable: Bool, _ id: InstanceGUID) async {
        await attempt("readiness not recorded", id) { () throws(ExecutorError) in
            try await table.update(id) { (record) throws(ExecutorError) in record.setRoutable(routable) }
        }
    }

    private func attempt(
        _ failure: String,
        _ id: InstanceGUID,
        _ body: () async throws(ExecutorError) -> ContainerRecord
    ) async {
        do throws(ExecutorError) { _ = try await body() } catch {
            log(.error, failure, ["instance_guid": "\(id)", "error": "\(error)"])
        }
    }

    /// Ends the record as the tree has ended. What the owner is not to read counts as a good end.
    func complete(
        _ record: ContainerRecord,
        _ outcome: StepOutcome,
        _ log: AppLog?,
        retryable: Bool = false
    ) async {
        var result = RunResult.succeeded
        var cause = CrashCause.exit(0)
        switch outcome {
        case .detached: return
        case .succeeded: break
        case .failed(let failure):
            if failure.isDisplayable {
                result = RunResult(failed: true, reason: failure.text, retryable: retryable)
                cause = failure.cause
            }
        }
        let capsule = CrashCapsule(
            key: record.key,
            instance: record.id,
            at: ports.clock.now,
            cause: cause,
            reason: result.reason,
            lastOutput: log?.lastLines ?? [],
            memoryPeak: await ports.runtime.memoryPeak(of: record.id)
        )
        do throws(ExecutorError) { try await table.complete(record.id, result, capsule: capsule) } catch {
            self.log(
                .error,
                "container not completed",
                ["instance_guid": "\(record.id)", "error": "\(error)"]
            )
        }
    }
}
