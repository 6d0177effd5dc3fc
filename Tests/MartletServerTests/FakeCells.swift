import MartletBBSAPI
import MartletHTTP
import MartletModels
import MartletTestSupport

@testable import MartletServer

/// Cells without containers: they take work, and what they run moves on when `report` is called.
actor FakeCells: CellClient {
    enum Phase { case reserved, claimed, running, stopping }

    struct Container {
        var work: CellLRP
        var phase: Phase
    }

    struct HeldTask: Hashable {
        var cellID: CellID
        var isRunning = false
    }

    struct Update: Hashable {
        var key: ActualLRPKey
        var instance: ActualLRPInstanceKey
        var update: LRPLiveUpdate
    }

    private(set) var states: [CellID: CellState]
    private var containers: [ActualLRPInstanceKey: Container] = [:]
    /// Nobody hears of these cells, and they hear of nobody.
    private var cutOff: Set<CellID> = []
    /// These tell what they have, but do not answer to work.
    private var deaf: Set<CellID> = []
    /// Called when a cell is asked what it has.
    private var hook: @Sendable () async -> Void = {}
    /// Called when a cell is given work.
    private var workHook: @Sendable () async -> Void = {}
    private var nextInstance = 0
    private(set) var tasks: [CellTask] = []
    var heldTasks: [TaskGUID: HeldTask] = [:]
    /// How tasks end as soon as they run.
    var taskOutcomes: [TaskGUID: TaskOutcome] = [:]
    private(set) var stops: [ActualLRPInstanceKey] = []
    private(set) var cancelledTasks: [TaskGUID] = []
    private(set) var updates: [Update] = []
    var declines = false
    /// Instances of these process guids end as soon as they run.
    private var crashing: Set<ProcessGUID> = []

    init(_ names: [String]) {
        states = Dictionary(uniqueKeysWithValues: names.map { (CellID($0), CellState.fixture($0)) })
    }

    func cut(_ cell: CellID, off: Bool = true) {
        if off { cutOff.insert(cell) } else { cutOff.remove(cell) }
    }
    func deafen(_ cell: CellID) { deaf.insert(cell) }
    func whenAsked(_ hook: @escaping @Sendable () async -> Void) { self.hook = hook }
    func whenGivenWork(_ hook: @escaping @Sendable () async -> Void) { workHook = hook }
    func decline(_ declines: Bool) { self.declines = declines }
    func crash(_ process: ProcessGUID, _ crashes: Bool = true) {
        if crashes { crashing.insert(process) } else { crashing.remove(process) }
    }

    /// The cell runs this already, whoever asked it to.
    func add(_ key: ActualLRPKey, _ instance: ActualLRPInstanceKey, rootFS: String = "docker:///library/busybox") {
        let work = CellLRP(
            key: key,
            instanceGUID: instance.instanceGUID,
            memoryMB: 64,
            diskMB: 128,
            maxPIDs: 0,
            rootFS: RootFS(rootFS)
        )
        containers[instance] = Container(work: work, phase: .running)
    }

    /// What runs, by cell: process guid and index.
    var running: [String: [String]] {
        containers.reduce(into: [:]) { all, container in
            all[container.key.cellID.rawValue, default: []].append("\(container.value.work.key)")
        }.mapValues { $0.sorted() }
    }

    var runningCount: Int { containers.count }

    func state(of cell: CellPresence) async throws(RepClientError) -> CellState {
        await hook()
        guard !cutOff.contains(cell.cellID), var state = states[cell.cellID] else {
            throw .transport(.cannotConnect("connection refused"))
        }
        for (instance, container) in containers where instance.cellID == cell.cellID {
            state.available.memoryMB -= container.work.memoryMB
            state.available.diskMB -= container.work.diskMB
            state.available.containers -= 1
            state.lrps.append(container.work)
        }
        return state
    }

    func perform(_ work: CellWork, on cell: CellPresence, traceID: String) async throws(RepClientError) -> CellWork {
        guard !cutOff.contains(cell.cellID), !deaf.contains(cell.cellID) else {
            throw .transport(.timedOut("no answer"))
        }
        await workHook()
        if declines { return work }
        tasks += work.tasks
        for task in work.tasks { heldTasks[task.guid] = HeldTask(cellID: cell.cellID) }
        for lrp in work.lrps {
            nextInstance += 1
            let instance = ActualLRPInstanceKey(instanceGUID: InstanceGUID("i-\(nextInstance)"), cellID: cell.cellID)
            containers[instance] = Container(work: lrp, phase: .reserved)
        }
        return CellWork(lrps: [], cellID: work.cellID)
    }

    func stop(
        _ processGUID: ProcessGUID,
        _ instanceGUID: InstanceGUID,
        on cell: CellPresence,
        traceID: String
    ) async throws(RepClientError) {
        guard !cutOff.contains(cell.cellID) else { throw .transport(.timedOut("no answer")) }
        let instance = ActualLRPInstanceKey(instanceGUID: instanceGUID, cellID: cell.cellID)
        stops.append(instance)
        containers[instance]?.phase = .stopping
    }

    func update(
        _ key: ActualLRPKey,
        _ instanceGUID: InstanceGUID,
        _ update: LRPLiveUpdate,
        on cell: CellPresence,
        traceID: String
    ) async throws(RepClientError) {
        guard !cutOff.contains(cell.cellID) else { throw .transport(.timedOut("no answer")) }
        let instance = ActualLRPInstanceKey(instanceGUID: instanceGUID, cellID: cell.cellID)
        updates.append(.init(key: key, instance: instance, update: update))
    }

    /// Tasks that cells were told to drop since this was asked last.
    func takeCancelledTasks() -> [TaskGUID] {
        defer { cancelledTasks = [] }
        return cancelledTasks
    }

    func cancelTask(_ guid: TaskGUID, on cell: CellPresence, traceID: String) async throws(RepClientError) {
        guard !cutOff.contains(cell.cellID) else { throw .transport(.timedOut("no answer")) }
        cancelledTasks.append(guid)
        if heldTasks[guid]?.cellID == cell.cellID { heldTasks[guid] = nil }
    }

    /// Every cell that can, says that it lives and how its containers stand.
    func report(to bbs: BBSClient) async throws {
        for cell in states.keys.sorted() where !cutOff.contains(cell) {
            try await bbs.upsert(.fixture(cell.rawValue), timeToLive: .seconds(15), session: "s-\(cell)")
        }
        for instance in containers.keys.sorted() where !cutOff.contains(instance.cellID) {
            guard let container = containers[instance] else { continue }
            try await report(container, instance, to: bbs)
        }
        for (guid, task) in heldTasks.sorted(by: { $0.key < $1.key }) where !cutOff.contains(task.cellID) {
            try await report(guid, task, to: bbs)
        }
        for cell in states.keys.sorted() where !cutOff.contains(cell) { try await removeUnknown(cell, from: bbs) }
    }

    /// Records that say that this cell runs something which it does not.
    private func removeUnknown(_ cell: CellID, from bbs: BBSClient) async throws {
        for lrp in try await bbs.actualLRPs(ActualLRPsRequest(cellID: cell)) where lrp.presence == .ordinary {
            guard let instance = lrp.instanceKey, containers[instance] == nil else { continue }
            try await bbs.removeActualLRP(lrp.key.processGUID, index: lrp.key.index, heldBy: instance)
        }
    }

    private func report(_ container: Container, _ instance: ActualLRPInstanceKey, to bbs: BBSClient) async throws {
        let key = container.work.key
        do throws(BBSClientError) {
            switch container.phase {
            case .reserved:
                try await bbs.claim(key.processGUID, index: key.index, by: instance)
                containers[instance]?.phase = .claimed
            case .claimed, .running:
                try await bbs.start(
                    key,
                    ActualLRPStart(instance: instance, netInfo: ActualLRPNetInfo(address: "192.0.2.1"))
                )
                containers[instance]?.phase = .running
                guard crashing.contains(key.processGUID) else { return }
                containers[instance] = nil
                try await bbs.crash(key, instance, reason: "exited with status 1")
            case .stopping:
                containers[instance] = nil
                try await bbs.removeActualLRP(key.processGUID, index: key.index, heldBy: instance)
            }
        } catch {
            // A refused claim or start means that the instance is not wanted here.
            guard case .bbs = error else { throw error }
            containers[instance] = nil
        }
    }
}
