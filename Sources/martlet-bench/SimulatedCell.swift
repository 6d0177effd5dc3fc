import MartletLinux
import MartletModels

/// A cell without containers.
final class SimulatedCell: Sendable {
    private struct State {
        var isAlive = true
        var containers: [InstanceGUID: ActualLRPKey] = [:]
    }

    let presence: CellPresence
    private let state = Locked(State())

    init(number: Int) {
        let capacity = CellCapacity(memoryMB: 65_536, diskMB: 524_288, containers: 512)
        presence = CellPresence(
            cellID: CellID("cell-\(number)"),
            repAddress: "http://cell-\(number).cell.test:1801",
            zone: "z\(number % 3)",
            capacity: capacity,
            rootFSProviders: [RootFSProvider(name: "docker"), RootFSProvider(name: "preloaded", properties: ["stack"])]
        )
    }

    var id: CellID { presence.cellID }
    var count: Int { state.withLock { $0.containers.count } }

    /// `nil` when it is gone.
    var answer: CellState? {
        let (isAlive, containers) = state.withLock { ($0.isAlive, $0.containers) }
        guard isAlive else { return nil }
        var available = presence.capacity
        available.memoryMB -= containers.count * Workload.memoryMB
        available.diskMB -= containers.count * Workload.diskMB
        available.containers -= containers.count
        return CellState(
            cellID: id,
            repURL: presence.repAddress,
            zone: presence.zone,
            rootFSProviders: presence.rootFSProviders,
            available: available,
            total: presence.capacity,
            lrps: containers.map { Workload.cellLRP($0.value, $0.key) }
        )
    }

    /// - Returns: whether it is there to take it.
    func take(_ key: ActualLRPKey, as instance: InstanceGUID) -> Bool {
        state.withLock { state in
            if state.isAlive { state.containers[instance] = key }
            return state.isAlive
        }
    }

    /// - Returns: what ran there.
    func remove(_ instance: InstanceGUID) -> ActualLRPKey? {
        state.withLock { $0.containers.removeValue(forKey: instance) }
    }

    /// It goes away with everything on it, or comes back with nothing.
    ///
    /// - Returns: how many instances went with it.
    @discardableResult
    func set(alive: Bool) -> Int {
        state.withLock { state in
            defer { state = State(isAlive: alive) }
            return state.containers.count
        }
    }
}
