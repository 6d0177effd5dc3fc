public import MartletLinux

/// A container's root file system, mounted.
public struct RootFS: Hashable, Sendable {
    public let id: String
    /// The directory to give to the container runtime as its root.
    public let path: String
    /// The ids that own the files in it.
    public let ids: IDRange
}
