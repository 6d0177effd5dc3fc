public import MartletLinux
public import MartletModels

/// Makes the root file systems of containers, and takes them away again.
public protocol RootFSPreparer: Sendable {
    /// Fetches what is missing and mounts a root file system for one container. Cancelling the task ends a pull.
    func prepare(_ request: RootFSRequest) async throws(RootFSFailure) -> PreparedRootFS

    /// Unmounts and deletes what `prepare` made; fine when there is nothing.
    func discard(_ container: InstanceGUID) async throws(RootFSFailure)

    /// Takes over what an earlier life of the agent left, and discards what belongs to containers not in `keep`.
    /// Called once, before everything else.
    func adopt(keeping keep: Set<InstanceGUID>) async throws(RootFSFailure)
}

/// What a container wants below its `/`.
public struct RootFSRequest: Hashable, Sendable {
    public var container: InstanceGUID
    public var rootFS: RootFS
    public var credentials: ImageCredentials
    /// The host ids that the container's ids 0..<65,536 stand for.
    public var range: IDRange
    /// MiB; 0 is unlimited.
    public var diskMB: Int

    public init(
        container: InstanceGUID,
        rootFS: RootFS,
        credentials: ImageCredentials,
        range: IDRange,
        diskMB: Int
    ) {
        self.container = container
        self.rootFS = rootFS
        self.credentials = credentials
        self.range = range
        self.diskMB = diskMB
    }
}

/// A mounted root file system, and what its image says about processes.
public struct PreparedRootFS: Hashable, Sendable {
    /// Absolute path on the host.
    public var path: String
    /// The image's own environment: the lowest layer.
    public var environment: [EnvironmentVariable]

    public init(path: String, environment: [EnvironmentVariable] = []) {
        self.path = path
        self.environment = environment
    }
}

/// Why there is no root file system.
public struct RootFSFailure: Error, Hashable, Sendable {
    /// One sentence for the app's owner, without secrets.
    public var reason: String

    public init(_ reason: String) { self.reason = reason }
}
