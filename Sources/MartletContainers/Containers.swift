public import MartletLinux
public import MartletLog

/// The containers of one cell.
public actor Containers {
    private let executor: SerialQueueExecutor
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Touches nothing; call `prepare` and then `adopt` before anything else.
    public init(_ configuration: ContainersConfiguration, log: Log) {
        executor = SerialQueueExecutor(label: "martlet.containers")
    }

    /// Makes directories, cgroup parents, firewall tables and kernel settings ready. Safe to repeat.
    public func prepare() async throws(ContainerError) {}

    /// Takes over what an earlier agent left, by the records. Call once, before the first `create`.
    public func adopt() async throws(ContainerError) -> [AdoptedContainer] { [] }

    /// Removes every container, cgroup, interface, namespace file and runtime state of this cell that is not in `keep`.
    /// - Returns: what was removed, in words, for the log.
    public func destroyUnknown(keep: Set<ContainerID>) async -> [String] { [] }

    /// Makes a sandbox: namespaces, network, ports, limits and the init process.
    public func create(_ spec: ContainerSpec) async throws(ContainerError) -> Container {
        throw .unknownContainer(spec.id)
    }

    public func run(_ process: ProcessSpec, in id: ContainerID) async throws(ContainerError) -> RunningProcess {
        throw .unknownContainer(id)
    }

    /// SIGTERM to every running process of the container, SIGKILL to all that is left after `grace`. Returns when the
    /// processes have ended. The sandbox survives only if nothing had to be killed.
    public func stop(_ id: ContainerID, grace: Duration) async throws(ContainerError) {}

    /// SIGKILL to everything in the container at once, its sandbox included; returns when it is dead.
    public func kill(_ id: ContainerID) async throws(ContainerError) {}

    /// Removes the container and everything of it but the root file system, which its owner removes afterwards.
    /// An unknown id is fine, so it may be repeated after any failure.
    public func destroy(_ id: ContainerID) async throws(ContainerError) {}

    /// All containers that have a record, sorted by id.
    public var list: [Container] { [] }

    public func metrics(_ id: ContainerID) async throws(ContainerError) -> ContainerMetrics {
        throw .unknownContainer(id)
    }

    /// Waits until the container's sandbox has ended, for whatever reason.
    public func sandboxEnd(_ id: ContainerID) async throws(ContainerError) {}

    /// Connects from inside the container's network namespace.
    public func connectTCP(
        inNamespaceOf id: ContainerID,
        to address: IPv4Address,
        port: UInt16,
        timeout: Duration
    ) async throws(ContainerError) -> Descriptor {
        throw .unknownContainer(id)
    }

    /// One attempt against the container's own address, counted from now to the last byte of the answer.
    public func probe(
        _ probe: HealthProbe,
        in id: ContainerID,
        timeout: Duration
    ) async throws(HealthProbeFailure) {
        throw HealthProbeFailure(description: "failure to find suitable interface")
    }
}
