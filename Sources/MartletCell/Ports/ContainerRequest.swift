public import MartletLinux
public import MartletModels

/// Everything a runtime needs to create a container; what runs in it comes later.
public struct ContainerRequest: Hashable, Sendable {
    public var id: InstanceGUID
    /// The host name inside.
    public var hostname: String
    public var rootFS: PreparedRootFS
    public var range: IDRange
    public var limits: ContainerResources
    /// Percent of the cell's largest CPU share; at least 1.
    public var cpuWeight: UInt32
    /// Container ports that get a port of the host; no duplicates.
    public var ports: [UInt32]
    /// Below the environment of every process: the image's, then the container's. No name twice.
    public var environment: [EnvironmentVariable]

    public init(
        id: InstanceGUID,
        hostname: String,
        rootFS: PreparedRootFS,
        range: IDRange,
        limits: ContainerResources,
        cpuWeight: UInt32,
        ports: [UInt32],
        environment: [EnvironmentVariable]
    ) {
        self.id = id
        self.hostname = hostname
        self.rootFS = rootFS
        self.range = range
        self.limits = limits
        self.cpuWeight = cpuWeight
        self.ports = ports
        self.environment = environment
    }
}

/// What a container may use; 0 is unlimited.
public struct ContainerResources: Hashable, Sendable {
    public var memoryMB: Int
    public var diskMB: Int
    public var maxPIDs: Int

    public init(memoryMB: Int, diskMB: Int, maxPIDs: Int = 0) {
        self.memoryMB = memoryMB
        self.diskMB = diskMB
        self.maxPIDs = maxPIDs
    }
}

/// One process to start in a container.
public struct ProcessRequest: Hashable, Sendable {
    /// Chosen by the caller, unique within the container; the next life of the agent finds the process by it.
    public var id: ProcessID
    public var path: String
    public var arguments: [String]
    /// Empty means the user's home.
    public var directory: String
    /// Added to the container's environment, and wins over it; no name twice.
    public var environment: [EnvironmentVariable]
    public var user: String
    public var nofile: UInt64?

    public init(
        id: ProcessID,
        path: String,
        arguments: [String] = [],
        directory: String = "",
        environment: [EnvironmentVariable] = [],
        user: String,
        nofile: UInt64? = nil
    ) {
        self.id = id
        self.path = path
        self.arguments = arguments
        self.directory = directory
        self.environment = environment
        self.user = user
        self.nofile = nofile
    }
}

public enum ProcessKindInContainer {}
/// Names a process within its container: letters, digits, `-` and `.` only, so that it may be a file name.
public typealias ProcessID = GUID<ProcessKindInContainer>

/// How a process ended.
public struct ProcessExit: Hashable, Sendable {
    /// 0 to 255; a process that a signal ended has 128 and the signal's number.
    public var status: Int
    /// The kernel's out-of-memory killer ended it.
    public var outOfMemory: Bool

    public init(status: Int, outOfMemory: Bool = false) {
        self.status = status
        self.outOfMemory = outOfMemory
    }
}
