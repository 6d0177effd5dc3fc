import MartletImages
import MartletLinux
public import MartletLog
public import MartletModels

/// Owns the containers of a cell: keeps room, makes them, runs them, ends them, and takes them over after a restart.
///
/// Each container's work is one task of `run()`. When that is cancelled the containers are left running.
public final class Executor: Sendable {
    typealias Job = @Sendable () async -> Void

    let configuration: ExecutorConfiguration
    public let ports: ExecutorPorts
    let table: ContainerTable
    let log: Log
    let work = ContainerWork()
    let creations: AsyncLimit
    /// Finished when the containers of an earlier life have been taken over.
    let adopted = Latch<Bool>()
    private let jobs: AsyncStream<Job>
    private let jobSender: AsyncStream<Job>.Continuation

    /// Opens the cell's file.
    /// - Parameter path: of the SQLite file; created when it is missing.
    public init(
        _ configuration: ExecutorConfiguration,
        ports: ExecutorPorts,
        path: String,
        log: Log
    ) throws(ExecutorError) {
        self.configuration = configuration
        self.ports = ports
        self.log = log
        table = try ContainerTable(
            path: path,
            ledger: ResourceLedger(total: configuration.total, slots: IDSlots(configuration.idSlots))
        )
        creations = AsyncLimit(configuration.creationLimit)
        (jobs, jobSender) = AsyncStream.makeStream()
    }

    /// Adopts what an earlier life left, and then works until cancelled.
    public func run() async {
        guard await adoptUntilDone() else { return }
        adopted.finish(true)
        await withDiscardingTaskGroup { tasks in
            tasks.addTask { await self.ports.clock.every(self.configuration.reservationExpiry / 2, self.expire) }
            tasks.addTask { await self.reapRegularly() }
            for await job in jobs {
                tasks.addTask { await job() }
            }
            tasks.cancelAll()
        }
    }

    /// Lets `run()` carry out a job, at once or as soon as it runs.
    func spawn(_ job: @escaping Job) { jobSender.yield(job) }

    public func container(_ id: InstanceGUID) async -> ContainerRecord? { await table.record(id) }

    /// Every record, sorted by id, and the ledger at the same moment.
    public func snapshot() async -> (records: [ContainerRecord], ledger: ResourceLedger) { await table.snapshot }

    /// What becomes of containers from now on.
    public func events() async -> AsyncStream<ContainerEvent> { await table.events() }

    /// What crashed last, newest first; at most 100.
    public func crashes() async throws(ExecutorError) -> [CrashCapsule] { try await table.crashes() }

    /// Keeps room for an instance.
    public func allocate(_ request: AllocationRequest) async throws(ExecutorError) {
        try await table.reserve(request, at: ports.clock.now)
    }

    /// Asks a container to end; its completion comes later. Asking again changes nothing.
    public func stop(_ id: InstanceGUID) async throws(ExecutorError) {
        let isFirst = await table.record(id)?.stopRequested == false
        let record = try await requestStop(id)
        if isFirst {
            say("Cell \(configuration.cellID) stopping instance \(id)", of: record)
        }
        work[id]?.stop.set()
    }

    /// Has a container take over what is wanted of it now, in whatever state it is (executor section 4.13). What it
    /// reports from then on says so.
    public func update(_ id: InstanceGUID, _ update: LRPLiveUpdate) async throws(ExecutorError) {
        try await table.update(id) { (record) throws(ExecutorError) in record.take(update) }
    }

    /// Ends a container, removes all of it and gives its room back. Returns when that is done, however many ask.
    ///
    /// - Throws: `.notDestroyed` when something is left; the record stays, and asking again tries again.
    public func delete(_ id: InstanceGUID) async throws(ExecutorError) {
        let record = try await requestStop(id)
        let (deletion, isNew) = work.deletion(of: id)
        if isNew {
            spawn { self.work.finish(deletion, of: id, await self.destroy(record)) }
        }
        guard let result = await deletion.wait() else { throw .shuttingDown }
        try result.get()
    }

    /// Marks the container; one that was never told to run has nothing to wait for.
    private func requestStop(_ id: InstanceGUID) async throws(ExecutorError) -> ContainerRecord {
        try await table.update(id) { (record) throws(ExecutorError) in
            record.requestStop()
            if record.state == .reserved {
                record.complete(RunResult(failed: true, reason: "stopped-before-running"))
            }
        }
    }

    private func destroy(_ record: ContainerRecord) async -> Result<Void, ExecutorError> {
        let (id, cell) = (record.id, configuration.cellID)
        if let entry = work[id], entry.isStarted {
            entry.stop.set()
            if await entry.ended.wait() == nil { return .failure(.shuttingDown) }
        }
        if Task.isCancelled { return .failure(.shuttingDown) }
        say("Cell \(cell) destroying container for instance \(id)", of: record)
        do throws(ExecutorError) {
            try await removeRemains(of: id)
            try await table.remove(id)
        } catch {
            say("Cell \(cell) failed to destroy container for instance \(id)", of: record)
            log(.error, "container not destroyed", ["instance_guid": "\(id)", "error": "\(error)"])
            return .failure(error)
        }
        say("Cell \(cell) successfully destroyed container for instance \(id)", of: record)
        return .success(())
    }

    /// The container first: its processes hold its root file system.
    private func removeRemains(of id: InstanceGUID) async throws(ExecutorError) {
        do throws(RuntimeFailure) { try await ports.runtime.destroy(id) } catch { throw .notDestroyed(error.reason) }
        do throws(RootFSFailure) { try await ports.rootFS.discard(id) } catch { throw .notDestroyed(error.reason) }
    }
}
