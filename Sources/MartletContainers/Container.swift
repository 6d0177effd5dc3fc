public import MartletLinux
public import MartletModels

/// A container that exists: its sandbox runs, whether or not processes of the application do.
public struct Container: Hashable, Sendable {
    public var id: ContainerID
    /// The init process, in the host's pid namespace.
    public var initPID: Int32
    /// The container's own address, on `eth0` inside.
    public var address: IPv4Address
    /// The host's end of the link: the container's gateway.
    public var hostAddress: IPv4Address
    /// In the order of `ContainerSpec.ports`.
    public var ports: [MappedPort]
    public var idRange: IDRange
    public var createdAt: Timestamp
}

/// A TCP port inside a container and the host's port that leads to it.
public struct MappedPort: Hashable, Sendable, Codable {
    public var containerPort: UInt16
    public var hostPort: UInt16

    public init(containerPort: UInt16, hostPort: UInt16) {
        (self.containerPort, self.hostPort) = (containerPort, hostPort)
    }
}
