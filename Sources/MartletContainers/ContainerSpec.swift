public import MartletLinux

/// What a container is made from. Its root file system exists already.
public struct ContainerSpec: Hashable, Sendable {
    /// One environment variable; a later one of the same name wins, duplicates are kept in order.
    public struct Variable: Hashable, Sendable, Codable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            (self.name, self.value) = (name, value)
        }
    }

    /// A directory or file of the host seen inside. A missing source is an error, a missing target is created.
    public struct Mount: Hashable, Sendable {
        public var source: String
        public var destination: String
        public var readOnly: Bool

        public init(source: String, destination: String, readOnly: Bool = true) {
            (self.source, self.destination, self.readOnly) = (source, destination, readOnly)
        }
    }

    public var id: ContainerID
    /// A mounted root file system whose owners are already those of `idRange`.
    public var rootFS: String
    public var idRange: IDRange
    /// The handle when nil; of a name longer than 49 bytes the last 49 are used.
    public var hostname: String?
    /// Image and container environment: the base of every process's environment.
    public var environment: [Variable] = []
    /// Memory and swap together; nil means no limit.
    public var memoryBytes: Int64?
    /// Processes and threads, the init process included; nil means no limit.
    public var pids: Int64?
    /// cgroup v1 `cpu.shares`, 2 to 262,144; nil leaves the kernel's 1,024.
    public var cpuShares: Int64?
    /// TCP ports inside the container that get a port on the host, in the order of `Container.ports`.
    public var ports: [UInt16] = []
    public var mounts: [Mount] = []
    /// What the container may reach. Evaluated latest first, before the cell's denied networks.
    public var egress: [EgressRule] = []

    public init(id: ContainerID, rootFS: String, idRange: IDRange) {
        (self.id, self.rootFS, self.idRange) = (id, rootFS, idRange)
    }
}
