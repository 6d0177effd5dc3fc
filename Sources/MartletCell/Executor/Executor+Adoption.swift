import MartletLog
import MartletModels

extension Executor {
    /// What a record without a container is told to have died of (executor section 4.2).
    static let missingContainer = "missing garden container"

    /// Tries until the runtime and the root file systems answer: without them the cell could only do harm.
    ///
    /// - Returns: false when cancelled before it was done.
    func adoptUntilDone() async -> Bool {
        while true {
            do throws(ExecutorError) {
                try await adopt()
                return true
            } catch { log(.error, "containers not adopted; trying again", ["error": "\(error)"]) }
            guard await ports.clock.sleep(for: .seconds(1)) else { return false }
        }
    }

    /// Makes records and containers agree: running ones run on under new tasks, lost ones are completed, unknown ones
    /// go.
    private func adopt() async throws(ExecutorError) {
        let records = await table.all
        let keep = Set(records.map(\.id))
        let living: Set<InstanceGUID>
        do throws(RuntimeFailure) {
            try await ports.runtime.adopt(keeping: keep)
            living = try await ports.runtime.living()
        } catch { throw .broken(error.reason) }
        do throws(RootFSFailure) { try await ports.rootFS.adopt(keeping: keep) } catch { throw .broken(error.reason) }
        for record in records { await adopt(record, isAlive: living.contains(record.id)) }
    }

    private func adopt(_ record: ContainerRecord, isAlive: Bool) async {
        switch record.state {
        case .reserved, .completed: break
        case .created(let desired, _), .running(let desired, _):
            guard isAlive else { return await completeMissing(record) }
            guard let entry = work.start(record.id) else { return }
            // Asked only now that a stop finds the entry: one that came since the records were read would be lost.
            if await table.record(record.id)?.stopRequested == true { entry.stop.set() }
            spawn {
                await self.supervise(record, self.makeLog(record, desired), entry)
                entry.ended.finish(true)
            }
        // How far the making had come is not known, so whatever exists is not a container to trust.
        case .initializing: await completeMissing(record)
        }
    }

    private func completeMissing(_ record: ContainerRecord) async {
        let failure = StepFailure(text: Self.missingContainer)
        await complete(record, .failed(failure), nil, retryable: true)
        log(.warning, "container missing", ["instance_guid": "\(record.id)"])
    }

    /// Ends reservations that nobody used (executor section 4.3).
    func expire() async {
        let deadline = ports.clock.now.advanced(by: .zero - configuration.reservationExpiry)
        for record in await table.all where record.state == .reserved && record.allocatedAt <= deadline {
            do throws(ExecutorError) {
                try await table.update(record.id) { (record) throws(ExecutorError) in
                    guard record.state == .reserved else { return }
                    record.complete(RunResult(failed: true, reason: "expired container"))
                }
            } catch { log(.error, "reservation not expired", ["error": "\(error)"]) }
        }
    }

    /// The first pass comes after one interval: adoption has just done the same.
    func reapRegularly() async {
        while await ports.clock.sleep(for: configuration.reapInterval) { await reap() }
    }

    /// Completes what has lost its container, and destroys containers that nobody knows.
    private func reap() async {
        let before = await table.all
        let living: Set<InstanceGUID>
        do throws(RuntimeFailure) { living = try await ports.runtime.living() } catch {
            return log(.error, "containers not listed", ["error": "\(error)"])
        }
        for record in before where record.state.netInfo != nil && !living.contains(record.id) {
            await completeMissing(record)
            work[record.id]?.stop.set()
        }
        // Listed after the containers, so that a container made meanwhile has its record here.
        let known = Set(await table.all.map(\.id))
        for stranger in living.subtracting(known) {
            do throws(RuntimeFailure) { try await ports.runtime.destroy(stranger) } catch {
                log(.error, "unknown container not destroyed", ["instance_guid": "\(stranger)", "error": "\(error)"])
            }
        }
    }
}
