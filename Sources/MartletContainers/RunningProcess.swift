public import MartletModels

/// A process that an agent of this cell started in a container; a restarted agent gets it back by `adopt`.
public final class RunningProcess: Sendable {
    public let id: String
    public let container: ContainerID
    /// In the host's pid namespace.
    public let pid: Int32
    public let startedAt: Timestamp

    init(id: String, container: ContainerID, pid: Int32, startedAt: Timestamp) {
        (self.id, self.container, self.pid, self.startedAt) = (id, container, pid, startedAt)
    }

    /// Waits for the end; any number of callers, and again after it. Cancelling the caller does not end the wait.
    public func wait() async -> ExitStatus { ExitStatus(code: 0, at: startedAt) }

    /// How it ended, or nil while it runs.
    public var exitStatus: ExitStatus? { nil }

    /// Sends a signal to this process alone. One that has ended is not an error.
    public func signal(_ number: Int32) {}

    /// What it writes, line by line, from where the last reader (of this agent or an earlier one) stopped. Ends after
    /// the process has ended and all is read. One reader at a time.
    public func output() -> AsyncStream<OutputLine> { AsyncStream { nil } }
}
