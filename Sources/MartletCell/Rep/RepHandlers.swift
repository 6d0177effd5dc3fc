import MartletBBSAPI
public import MartletHTTP
import MartletLinux
import MartletLog
import MartletModels

/// The routes of a cell: requests in, answers out, no sockets (cell specification 2.1).
public struct RepHandlers: Sendable {
    private let configuration: CellConfiguration
    private let executor: Executor
    private let guids: InstanceGUIDSource
    private let log: Log
    private let isEvacuating = Flag()
    private let compareSoon: @Sendable () -> Void

    /// - Parameter compareSoon: has the cell's containers compared with the BBS, which seems to be wrong about them.
    init(
        _ configuration: CellConfiguration,
        executor: Executor,
        guids: InstanceGUIDSource,
        log: Log,
        compareSoon: @escaping @Sendable () -> Void
    ) {
        self.compareSoon = compareSoon
        self.configuration = configuration
        self.executor = executor
        self.guids = guids
        self.log = log
    }

    /// Every route of the cell.
    public var routes: [Route] {
        [
            Route(.get, RepRoutes.ping) { _ in HTTPResponse(.ok) },
            Route(.get, RepRoutes.state) { _ in await state() },
            Route(.post, RepRoutes.work) { await perform($0) },
            Route(.post, RepRoutes.stop) { await stop($0) },
            Route(.put, RepRoutes.update) { await update($0) },
            Route(.put, RepRoutes.updateRoutes) { await update($0) },
            Route(.post, "/evacuate") { _ in evacuate() },
            Route(.get, "/martlet/v1/crashes") { _ in await crashes() },
        ]
    }

    /// 503 with the same body until the cell has adopted what it had: nothing can be placed on it before.
    private func state() async -> HTTPResponse {
        let (records, ledger) = await executor.snapshot()
        let state = configuration.state(records, ledger, evacuating: isEvacuating.isSet)
        return json(executor.adopted.value == nil ? .serviceUnavailable : .ok, RepJSON.encode(state))
    }

    private func perform(_ request: HTTPRequest) async -> HTTPResponse {
        let work: CellWork
        do throws(RepJSON.Failure) { work = try RepJSON.cellWork(from: request.body) } catch {
            return HTTPResponse(.badRequest)
        }
        guard work.cellID == nil || work.cellID == configuration.cellID else {
            log(.error, "workload cell ID does not match this cell", ["cell": "\(configuration.cellID)"])
            return HTTPResponse(.internalServerError)
        }
        if isEvacuating.isSet { return json(.ok, RepJSON.encode(work)) }
        let ledger = await executor.snapshot().ledger
        let providers = configuration.rootFSProviders
        let admission = WorkAdmission(work.lrps, availableMemoryMB: ledger.available.memoryMB) { rootFS in
            providers.contains { $0.provides(rootFS) }
        }
        var refused = admission.refused
        for lrp in admission.admitted where await !reserve(lrp) {
            refused.append(lrp)
        }
        // Tasks are declined, so that whoever sent them hears of it instead of waiting: this cell runs none yet.
        return json(.ok, RepJSON.encode(CellWork(lrps: refused, tasks: work.tasks, cellID: work.cellID)))
    }

    private func reserve(_ lrp: CellLRP) async -> Bool {
        let request = AllocationRequest(
            id: guids.next(),
            key: lrp.key,
            resources: ContainerResources(memoryMB: lrp.memoryMB, diskMB: lrp.diskMB, maxPIDs: lrp.maxPIDs),
            rootFS: lrp.rootFS,
            placementTags: lrp.placementTags,
            volumeDrivers: lrp.volumeDrivers
        )
        do throws(ExecutorError) {
            try await executor.allocate(request)
            return true
        } catch {
            log(.info, "instance refused", ["process_guid": "\(lrp.key.processGUID)", "error": "\(error)"])
            return false
        }
    }

    private func stop(_ request: HTTPRequest) async -> HTTPResponse {
        let id = InstanceGUID(request.parameters["instance_guid"] ?? "")
        do throws(ExecutorError) {
            try await executor.stop(id)
            return HTTPResponse(.accepted)
        } catch {
            if error == .containerNotFound {
                // The comparison that follows adoption says that it has ended, as it would of one that is stopped now.
                if executor.adopted.value == nil { return HTTPResponse(.accepted) }
                compareSoon()
            }
            log(.info, "instance not stopped", ["instance_guid": "\(id)", "error": "\(error)"])
            return HTTPResponse(.internalServerError)
        }
    }

    private func update(_ request: HTTPRequest) async -> HTTPResponse {
        let id = InstanceGUID(request.parameters["instance_guid"] ?? "")
        let update: LRPLiveUpdate
        do throws(RepJSON.Failure) { update = try RepJSON.liveUpdate(from: request.body) } catch {
            return HTTPResponse(.badRequest)
        }
        do throws(ExecutorError) {
            try await executor.update(id, update)
            return HTTPResponse(.accepted)
        } catch {
            log(.info, "instance not updated", ["instance_guid": "\(id)", "error": "\(error)"])
            return HTTPResponse(.internalServerError)
        }
    }

    private func evacuate() -> HTTPResponse {
        isEvacuating.set()
        return json(.accepted, Array(#"{"ping_path":"/ping"}"#.utf8))
    }

    private func crashes() async -> HTTPResponse {
        do throws(ExecutorError) {
            return json(.ok, CrashListBody(try await executor.crashes()).encoded)
        } catch {
            log(.error, "crashes not read", ["error": "\(error)"])
            return HTTPResponse(.internalServerError)
        }
    }

    private func json(_ status: HTTPStatus, _ body: [UInt8]) -> HTTPResponse {
        HTTPResponse(status, headers: ["Content-Type": "application/json"], body: .bytes(body))
    }
}

/// Something that, once said, stays so.
final class Flag: Sendable {
    private let value = Locked(false)

    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
}

extension CellConfiguration {
    /// What `/state` answers, from the records and the ledger of one moment.
    func state(_ records: [ContainerRecord], _ ledger: ResourceLedger, evacuating: Bool) -> CellState {
        CellState(
            cellID: cellID,
            repURL: repURL.isEmpty ? repAddress : repURL,
            zone: zone,
            rootFSProviders: rootFSProviders,
            available: ledger.available,
            total: ledger.total,
            lrps: records.map(\.cellLRP),
            startingContainerCount: records.count { $0.isStarting },
            evacuating: evacuating,
            volumeDrivers: [],
            placementTags: placementTags,
            optionalPlacementTags: optionalPlacementTags
        )
    }
}

extension ContainerRecord {
    /// Reserved, or being made, or not yet healthy.
    var isStarting: Bool {
        switch state {
        case .reserved, .initializing, .created: true
        case .running, .completed: false
        }
    }

    var cellLRP: CellLRP {
        let state: CellLRP.State =
            switch state {
            case .reserved, .initializing, .created: .claimed
            case .running: .running
            case .completed(let result): result.failed ? .crashed : .shutdown
            }
        return CellLRP(
            key: key,
            instanceGUID: id,
            state: state,
            memoryMB: resources.memoryMB,
            diskMB: resources.diskMB,
            maxPIDs: resources.maxPIDs,
            rootFS: rootFS,
            placementTags: placementTags,
            volumeDrivers: volumeDrivers
        )
    }
}
