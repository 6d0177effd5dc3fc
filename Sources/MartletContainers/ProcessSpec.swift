/// A process to run in an existing container.
public struct ProcessSpec: Hashable, Sendable {
    /// Unique in the container and a valid `ContainerID`; generated when nil.
    public var id: String?
    /// Resolved by the `PATH` of the process's environment when it has no slash.
    public var path: String
    public var args: [String]
    /// Added after the container's environment; later entries win.
    public var environment: [ContainerSpec.Variable]
    /// Working directory, created if missing; the user's home when nil or empty.
    public var directory: String?
    /// `""`, `name`, `uid`, or either with `:group` or `:gid`, looked up in the container's own files.
    public var user: String
    /// Open files, soft and hard; nil leaves the agent's own limit.
    public var openFiles: UInt64?
    /// What app output is tagged with in journald, for example `APP/PROC/WEB`; no effect on the log file.
    public var logTag: String?

    public init(
        path: String,
        args: [String] = [],
        environment: [ContainerSpec.Variable] = [],
        directory: String? = nil,
        user: String = "",
        openFiles: UInt64? = nil
    ) {
        (self.path, self.args, self.environment) = (path, args, environment)
        (self.directory, self.user, self.openFiles) = (directory, user, openFiles)
    }
}
