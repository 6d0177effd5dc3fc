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
    private let containers = Locked<[InstanceGUID: SimulatedContainer]>([:])

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
        containers.withLock { $0.values.sorted { $0.instance < $1.instance } }
    }

    func container(_ id: InstanceGUID) -> SimulatedContainer? { containers.withLock { $0[id] } }

    /// - Returns: false when there is no room.
    func add(_ container: SimulatedContainer) -> Bool {
        containers.withLock { containers in
            guard containers.count < total.containers else { return false }
            containers[container.instance.instanceGUID] = container
            return true
        }
    }

    func remove(_ id: InstanceGUID) { containers.withLock { $0[id] = nil } }
    func removeAll() { containers.withLock { $0 = [:] } }

    /// - Returns: what it has become; `nil` when it is gone.
    @discardableResult
    func change(_ id: InstanceGUID, _ change: @Sendable (inout SimulatedContainer) -> Void) -> SimulatedContainer? {
        containers.withLock { containers in
            guard var container = containers[id] else { return nil }
            change(&container)
            containers[id] = container
            return container
        }
    }

    /// What a new life of the agent finds: what was being made is thrown away, the rest goes on.
    func adopt() {
        containers.withLock { containers in
            for (id, container) in containers {
                switch container.phase {
                case .reserved, .creating: containers[id] = nil
                case .running: containers[id]?.stopRequested = false
                case .completed: break
                }
            }
        }
    }

    var state: CellState {
        let all = all
        var state = CellState(
            cellID: id,
            repURL: "http://\(id)",
            zone: zone,
            rootFSProviders: Self.providers,
            available: CellCapacity(
                memoryMB: total.memoryMB - all.reduce(0) { $0 + $1.work.memoryMB },
                diskMB: total.diskMB - all.reduce(0) { $0 + $1.work.diskMB },
                containers: total.containers - all.count
            ),
            total: total
        )
        state.startingContainerCount = all.count { $0.phase == .reserved || $0.phase == .creating }
        state.lrps = all.map(\.work)
        return state
    }

    private static let providers = [
        RootFSProvider(name: "docker"), RootFSProvider(name: "preloaded", properties: ["stack"]),
    ]
}
