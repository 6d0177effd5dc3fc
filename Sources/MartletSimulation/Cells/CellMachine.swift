import MartletLinux
import MartletModels

/// A container as the machine of a cell has it.
struct SimulatedContainer: Hashable, Sendable {
    enum Phase: Hashable, Sendable {
        case reserved
        case creating
        case running
        /// It has ended; the record has to follow.
        case completed(reason: String)

        /// Whether an app runs, or is about to.
        var isActive: Bool {
            if case .completed = self { return false }
            return true
        }
    }

    var work: CellLRP
    var instance: ActualLRPInstanceKey
    var phase: Phase
    var stopRequested = false
    /// What it reports beside its address.
    var metricTags: [String: String] = [:]
    /// In true time.
    var reservedAt: Timestamp

    /// How long a reservation holds that nothing becomes of.
    static let reservationLimit = Duration.seconds(60)

    var key: ActualLRPKey { work.key }
}

/// What outlives the agent of a cell: its containers, and what it has room for.
final class CellMachine: Sendable {
    let number: Int
    let id: CellID
    let total: CellCapacity
    let zone: String
    let held = Locked(Held())

    /// What takes room.
    struct Held: Sendable {
        var containers: [InstanceGUID: SimulatedContainer] = [:]
        var tasks: [TaskGUID: SimulatedTaskContainer] = [:]

        var count: Int { containers.count + tasks.count }
    }

    init(number: Int, containers: Int) {
        self.number = number
        id = CellID("cell-\(number)")
        zone = "z\(number % 2)"
        total = CellCapacity(
            memoryMB: containers * SimulatedApp.memoryMB,
            diskMB: containers * SimulatedApp.diskMB,
            containers: containers
        )
    }

    var presence: CellPresence {
        CellPresence(
            cellID: id,
            repAddress: "http://\(id)",
            zone: zone,
            capacity: total,
            rootFSProviders: Self.providers
        )
    }

    /// Sorted by instance guid.
    var all: [SimulatedContainer] {
        held.withLock { $0.containers.values.sorted { $0.instance < $1.instance } }
    }

    func container(_ id: InstanceGUID) -> SimulatedContainer? { held.withLock { $0.containers[id] } }

    /// - Returns: false when there is no room.
    func add(_ container: SimulatedContainer) -> Bool {
        held.withLock { held in
            guard held.count < total.containers else { return false }
            held.containers[container.instance.instanceGUID] = container
            return true
        }
    }

    func remove(_ id: InstanceGUID) { held.withLock { $0.containers[id] = nil } }
    func removeAll() { held.withLock { $0 = Held() } }

    /// - Returns: what it has become; `nil` when it is gone.
    @discardableResult
    func change(_ id: InstanceGUID, _ change: @Sendable (inout SimulatedContainer) -> Void) -> SimulatedContainer? {
        held.withLock { held in
            guard var container = held.containers[id] else { return nil }
            change(&container)
            held.containers[id] = container
            return container
        }
    }

    /// What a new life of the agent finds: what was being made is thrown away, the rest goes on.
    func adopt() {
        held.withLock { held in
            for (id, container) in held.containers {
                switch container.phase {
                case .reserved, .creating: held.containers[id] = nil
                case .running: held.containers[id]?.stopRequested = false
                case .completed: break
                }
            }
            for (guid, container) in held.tasks {
                switch container.phase {
                case .reserved, .creating: held.tasks[guid] = nil
                case .running: held.tasks[guid]?.isCancelled = false
                case .completed: break
                }
            }
        }
    }

    var state: CellState {
        let (all, tasks) = (all, allTasks)
        let count = all.count + tasks.count
        var state = CellState(
            cellID: id,
            repURL: "http://\(id)",
            zone: zone,
            rootFSProviders: Self.providers,
            available: CellCapacity(
                memoryMB: total.memoryMB - (all.map(\.work.memoryMB) + tasks.map(\.work.memoryMB)).reduce(0, +),
                diskMB: total.diskMB - (all.map(\.work.diskMB) + tasks.map(\.work.diskMB)).reduce(0, +),
                containers: total.containers - count
            ),
            total: total
        )
        state.startingContainerCount = all.count { $0.phase == .reserved || $0.phase == .creating }
        state.startingContainerCount += tasks.count { $0.phase == .reserved || $0.phase == .creating }
        state.lrps = all.map(\.work)
        state.tasks = tasks.map(\.work)
        return state
    }

    private static let providers = [
        RootFSProvider(name: "docker"), RootFSProvider(name: "preloaded", properties: ["stack"]),
    ]
}
