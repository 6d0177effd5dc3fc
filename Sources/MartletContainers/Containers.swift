import MartletLinux
public import MartletLog
import MartletModels

/// The containers of one cell.
///
/// What exists is written down before it is made and forgotten after it is gone, so an agent that ends at any
/// instruction leaves nothing that the next one cannot find.
public actor Containers {
    /// A container as this agent knows it.
    struct Entry {
        var record: ContainerRecord
        var environment: [ContainerSpec.Variable] = []
        var processes: [String: RunningProcess] = [:]
        /// Calls of `run` that are under way, whose files must not be removed under them.
        var starting = 0
        /// Set when `create` has ended, one way or the other; nil for adopted containers.
        var creation: Signalled<Void>?
        /// Set while `destroy` runs; all callers get its result.
        var destruction: Signalled<[String]>?
        var death: AdoptedContainer.Death?
    }

    let configuration: ContainersConfiguration
    let log: Log
    let runtime: OCIRuntime
    let supervisor: Supervisor
    let firewall: Firewall
    var entries: [ContainerID: Entry] = [:]
    var subnets: SubnetPool
    var hostPorts: HostPortPool
    /// Set by `prepare`.
    var host: PreparedHost?

    private let executor: SerialQueueExecutor
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Touches nothing; call `prepare` and then `adopt` before anything else.
    public init(_ configuration: ContainersConfiguration, log: Log) {
        (self.configuration, self.log) = (configuration, log)
        executor = SerialQueueExecutor(label: "martlet.containers")
        runtime = OCIRuntime(path: configuration.runc, root: "\(configuration.runDirectory)/runtime")
        supervisor = Supervisor(
            path: configuration.conmon,
            runtime: runtime,
            outputLimitBytes: configuration.outputLimitBytes,
            journal: configuration.journal
        )
        firewall = Firewall(configuration)
        subnets = SubnetPool(count: min(1 << 20, configuration.networkPool.count(ofPrefix: 30)))
        hostPorts = HostPortPool(configuration.hostPorts)
    }

    /// All containers that have a record, sorted by id.
    public var list: [Container] { entries.values.map(\.record.container).sorted { $0.id < $1.id } }

    /// The processes of a container that this agent knows, in order of start; none for an unknown container.
    public func processes(of id: ContainerID) -> [RunningProcess] {
        (entries[id]?.processes.values).map { $0.sorted { $0.startedAt < $1.startedAt } } ?? []
    }

    func paths(_ id: ContainerID) -> ContainerPaths { ContainerPaths(id, configuration) }

    func cgroup(_ id: ContainerID, _ host: PreparedHost) -> ContainerCgroup {
        ContainerCgroup(layout: host.cgroups, group: "\(configuration.cgroupParent)/\(id)")
    }

    func prepared() throws(ContainerError) -> PreparedHost {
        guard let host else { throw .hostNotReady("the containers of this cell were not prepared") }
        return host
    }

    /// A container whose sandbox lives.
    func living(_ id: ContainerID) throws(ContainerError) -> Entry {
        guard let entry = entries[id] else { throw .unknownContainer(id) }
        guard entry.record.phase == .created, entry.destruction == nil, entry.record.initProcess?.isAlive == true else {
            throw .notRunning(id)
        }
        return entry
    }
}

/// What was found out about the machine when the agent started.
struct PreparedHost: Sendable {
    var cgroups: CgroupLayout
    var nftables: NFTables
    var swapAccounting: Bool
    var mtu: Int
    var sysctl: [String: String]
    var bootID: String
    var resolver: String
}

/// Runs `body` and turns a failed system call into the containers' own error.
func system<R>(_ body: () throws(Errno) -> R) throws(ContainerError) -> R {
    do throws(Errno) { return try body() } catch { throw .system(error) }
}
