import MartletLog
import MartletModels

/// Does for one container what its state asks for (cell specification 3.3). Each call may be repeated at any time.
struct LRPProcessor: Sendable {
    let executor: Executor
    let bbs: any BulletinBoard
    let zone: String
    let log: Log

    /// Whether the operation has to be tried again soon, because the BBS gave no answer.
    enum Outcome: Hashable, Sendable {
        case done
        case tryAgain
    }

    func process(_ id: InstanceGUID) async -> Outcome {
        guard let record = await executor.container(id) else { return .done }
        return switch record.state {
        case .reserved: await claimAndRun(record)
        case .initializing, .created: await claimAgain(record)
        case .running(let desired, let netInfo): await start(record, desired, netInfo)
        case .completed(let result): await end(record, result)
        }
    }

    /// The BBS has a record that names a container of this cell, and there is none.
    func processResidual(_ key: ActualLRPKey, _ instance: ActualLRPInstanceKey) async -> Outcome {
        guard await executor.container(instance.instanceGUID) == nil else { return .done }
        return await remove(key, instance)
    }

    private func instance(_ record: ContainerRecord) -> ActualLRPInstanceKey {
        ActualLRPInstanceKey(instanceGUID: record.id, cellID: executor.configuration.cellID)
    }

    private func claimAndRun(_ record: ContainerRecord) async -> Outcome {
        do throws(BulletinBoardError) { try await bbs.claim(record.key, by: instance(record)) } catch {
            // Its record went while the work was on its way, and nothing has been made yet: the room is free again.
            // The original keeps it reserved for a minute.
            if case .notFound = error { return await delete(record) ? .done : .tryAgain }
            return await react(to: error, record)
        }
        do throws(BulletinBoardError) {
            let desired = try await bbs.desired(record.key.processGUID)
            return await run(desired, record)
        } catch {
            return await react(to: error, record)
        }
    }

    private func run(_ desired: DesiredLRP, _ record: ContainerRecord) async -> Outcome {
        do throws(ExecutorError) {
            try await executor.run(desired, in: record.id)
            return .done
        } catch {
            // Told to run a moment ago, or ended meanwhile: the events of that follow.
            if error == .invalidTransition || error == .containerNotFound { return .done }
            log(.error, "container refused to run", fields(record, error))
            guard await delete(record) else { return .tryAgain }
            return await remove(record.key, instance(record))
        }
    }

    private func claimAgain(_ record: ContainerRecord) async -> Outcome {
        do throws(BulletinBoardError) {
            try await bbs.claim(record.key, by: instance(record))
            return .done
        } catch { return await react(to: error, record) }
    }

    /// What a refused claim means: somebody else has the key, or a flag stands in the way, so it has to go.
    private func react(to error: BulletinBoardError, _ record: ContainerRecord) async -> Outcome {
        switch error {
        case .cannotBeClaimed: return await delete(record) ? .done : .tryAgain
        case .unreachable: return .tryAgain
        case .notFound, .refused, .cannotBeStarted:
            log(.warning, "instance not claimed", fields(record, error))
            return .done
        }
    }

    private func start(
        _ record: ContainerRecord,
        _ desired: DesiredLRP,
        _ netInfo: ActualLRPNetInfo
    ) async -> Outcome {
        // It is on its way out: what it was is not news any more.
        if record.stopRequested { return .done }
        let start = ActualLRPStart(
            instance: instance(record),
            netInfo: netInfo,
            internalRoutes: desired.internalRouteHostnames,
            metricTags: desired.metricTags(index: record.key.index, instance: record.id),
            routable: record.routable,
            availabilityZone: zone
        )
        do throws(BulletinBoardError) {
            try await bbs.start(record.key, as: start)
            return .done
        } catch {
            switch error {
            case .cannotBeStarted: return await stop(record)
            case .unreachable: return .tryAgain
            case .notFound, .refused, .cannotBeClaimed:
                log(.warning, "instance not reported as running", fields(record, error))
                return .done
            }
        }
    }

    private func stop(_ record: ContainerRecord) async -> Outcome {
        do throws(ExecutorError) { try await executor.stop(record.id) } catch {
            log(.error, "container not stopped", fields(record, error))
        }
        return .done
    }

    /// A stopped container is destroyed before the BBS hears of it, so that a record that is gone means a machine
    /// that is clean. A crash is told first, so that the replacement does not wait for the destruction.
    private func end(_ record: ContainerRecord, _ result: RunResult) async -> Outcome {
        if record.stopRequested {
            guard await delete(record) else { return .tryAgain }
            return await remove(record.key, instance(record))
        }
        do throws(BulletinBoardError) {
            try await bbs.crash(record.key, of: instance(record), reason: result.reason)
        } catch {
            // The record keeps the reason until the BBS has it.
            if case .unreachable = error { return .tryAgain }
            log(.warning, "crash not accepted", fields(record, error))
        }
        return await delete(record) ? .done : .tryAgain
    }

    private func delete(_ record: ContainerRecord) async -> Bool {
        do throws(ExecutorError) {
            try await executor.delete(record.id)
            return true
        } catch {
            if error == .containerNotFound { return true }
            if error != .shuttingDown { log(.error, "container not deleted", fields(record, error)) }
            return false
        }
    }

    private func remove(_ key: ActualLRPKey, _ instance: ActualLRPInstanceKey) async -> Outcome {
        do throws(BulletinBoardError) {
            try await bbs.remove(key, heldBy: instance)
            return .done
        } catch {
            if case .unreachable = error { return .tryAgain }
            // Gone already, or held by another instance since.
            log(.debug, "record not removed", ["process_guid": "\(key.processGUID)", "error": "\(error)"])
            return .done
        }
    }

    private func fields(_ record: ContainerRecord, _ error: any Error) -> [String: String] {
        [
            "process_guid": "\(record.key.processGUID)", "index": "\(record.key.index)",
            "instance_guid": "\(record.id)", "error": "\(error)",
        ]
    }
}
