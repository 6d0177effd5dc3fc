import MartletBBSAPI
import MartletHTTP
import MartletLinux
import MartletModels
import MartletServer

/// All simulated cells: they take work at once and report to the BBS as real ones do, one instance at a time.
final class Fleet: CellClient {
    private struct Report: Sendable {
        enum Kind { case start, removal }

        var kind: Kind
        var key: ActualLRPKey
        var instance: ActualLRPInstanceKey
    }

    private struct State {
        var nextInstance = 0
        /// Stopped instances that are not let go of yet; `nil` when they are let go of at once.
        var held: [Report]?
        var stopTimes: [Duration] = []
        var stopsSince: ContinuousClock.Instant = .now
    }

    let cells: [SimulatedCell]
    let progress = Progress()
    private let byID: [CellID: SimulatedCell]
    private let state = Locked(State())
    private let reports: AsyncStream<Report>
    private let queue: AsyncStream<Report>.Continuation

    /// Calls to the BBS at a time, of all cells together.
    private static let callLimit = 256

    init(count: Int) {
        cells = (0..<count).map { SimulatedCell(number: $0) }
        byID = Dictionary(uniqueKeysWithValues: cells.map { ($0.id, $0) })
        (reports, queue) = AsyncStream.makeStream()
    }

    /// Makes the cells' calls to the BBS until cancelled.
    func run(_ bbs: BBSClient) async {
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            for await report in reports {
                if running < Self.callLimit { running += 1 } else { await group.next() }
                group.addTask { await self.tell(bbs, report) }
            }
            group.cancelAll()
        }
    }

    func state(of cell: CellPresence) async throws(RepClientError) -> CellState {
        guard let answer = byID[cell.cellID]?.answer else { throw .transport(.cannotConnect("gone")) }
        return answer
    }

    func perform(_ work: CellWork, on cell: CellPresence, traceID: String) async throws(RepClientError) -> CellWork {
        guard let simulated = byID[cell.cellID] else { throw .transport(.cannotConnect("gone")) }
        for lrp in work.lrps {
            let number = state.withLock { state in
                state.nextInstance += 1
                return state.nextInstance
            }
            let instance = ActualLRPInstanceKey(
                instanceGUID: InstanceGUID(String(Workload.guid(number).prefix(28))),
                cellID: cell.cellID
            )
            guard simulated.take(lrp.key, as: instance.instanceGUID) else {
                throw .transport(.cannotConnect("gone"))
            }
            queue.yield(Report(kind: .start, key: lrp.key, instance: instance))
        }
        return CellWork(lrps: [], tasks: work.tasks, cellID: work.cellID)
    }

    func stop(
        _ processGUID: ProcessGUID,
        _ instanceGUID: InstanceGUID,
        on cell: CellPresence,
        traceID: String
    ) async throws(RepClientError) {
        guard let key = byID[cell.cellID]?.remove(instanceGUID) else { return }
        let instance = ActualLRPInstanceKey(instanceGUID: instanceGUID, cellID: cell.cellID)
        let report = Report(kind: .removal, key: key, instance: instance)
        let isHeld = state.withLock { state -> Bool in
            state.stopTimes.append(.now - state.stopsSince)
            state.held?.append(report)
            return state.held != nil
        }
        if !isHeld { queue.yield(report) }
        progress.add(.stopAsked)
    }

    func update(
        _ key: ActualLRPKey,
        _ instanceGUID: InstanceGUID,
        _ update: LRPLiveUpdate,
        on cell: CellPresence,
        traceID: String
    ) async throws(RepClientError) {}

    func cancelTask(_ guid: TaskGUID, on cell: CellPresence, traceID: String) async throws(RepClientError) {}

    /// From now on cells hold on to what they are told to stop, as containers take longer to stop than calls do.
    func holdStops() {
        state.withLock { state in
            (state.held, state.stopTimes, state.stopsSince) = ([], [], .now)
        }
    }

    /// - Returns: when the stops were asked for, counted from `holdStops`.
    func releaseStops() -> [Duration] {
        let (held, times) = state.withLock { state -> ([Report], [Duration]) in
            defer { state.held = nil }
            return (state.held ?? [], state.stopTimes)
        }
        for report in held { queue.yield(report) }
        return times
    }

    private func tell(_ bbs: BBSClient, _ report: Report) async {
        let (key, instance) = (report.key, report.instance)
        do throws(BBSClientError) {
            switch report.kind {
            case .start:
                try await bbs.claim(key.processGUID, index: key.index, by: instance)
                let netInfo = ActualLRPNetInfo(address: "192.0.2.1")
                let tags = Workload.metricTags(key.processGUID)
                try await bbs.start(
                    key,
                    ActualLRPStart(instance: instance, netInfo: netInfo, metricTags: tags)
                )
                progress.add(.running)
            case .removal:
                try await bbs.removeActualLRP(key.processGUID, index: key.index, heldBy: instance)
                progress.add(.removed)
            }
        } catch {
            // Refused: the instance is not wanted here, so the cell stops it.
            _ = byID[instance.cellID]?.remove(instance.instanceGUID)
            progress.add(.refused)
        }
    }
}
