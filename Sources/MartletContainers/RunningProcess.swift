import Glibc
import MartletLinux
public import MartletModels

/// A process that an agent of this cell started in a container; a restarted agent gets it back by `adopt`.
///
/// It is not a child of the agent but of a supervisor of its own, which keeps its output and its exit code.
public final class RunningProcess: Sendable {
    public let id: String
    public let container: ContainerID
    /// In the host's pid namespace.
    public let pid: Int32
    public let startedAt: Timestamp

    private let record: ProcessRecord
    private let paths: ProcessPaths
    private let cgroup: ContainerCgroup
    private let exit = Signalled<ExitStatus>()
    /// Of the readers that may wait for output.
    private let wakeups = Locked<[Wakeup]>([])
    private let watch = Locked<ProcessWatch?>(nil)

    init(_ record: ProcessRecord, paths: ProcessPaths, cgroup: ContainerCgroup) {
        (id, container, pid) = (record.id, paths.container, record.pid)
        startedAt = Timestamp(nanoseconds: record.startedAtNanoseconds)
        (self.record, self.paths, self.cgroup) = (record, paths, cgroup)
        if let status = EndedRecord.read(paths.ended) {
            exit.set(status)
        } else if let supervisor = record.supervisor.open() {
            let started = ProcessWatch(supervisor) { [weak self] in self?.collect() }
            watch.withLock { $0 = started }
        } else {
            collect()
        }
    }

    /// Waits for the end; any number of callers, and again after it. Cancelling the caller does not end the wait.
    public func wait() async -> ExitStatus { await exit.value }

    /// How it ended, or nil while it runs.
    public var exitStatus: ExitStatus? { exit.current }

    /// Sends a signal to this process alone. One that has ended is not an error.
    public func signal(_ number: Int32) throws(ContainerError) {
        guard let identity = record.process, let process = identity.open() else { return }
        do throws(Errno) { try process.signal(number) } catch { throw .system(error) }
    }

    /// What it writes, line by line, from where the last reader (of this agent or an earlier one) stopped. Ends after
    /// the process has ended and all is read.
    ///
    /// The supervisor keeps a bounded file: a reader that is more than its size behind misses what was dropped. A reader
    /// that was interrupted between a line and the note of its position gets that line again.
    public func output() -> AsyncStream<OutputLine> {
        let wakeup = Wakeup()
        wakeups.withLock { $0.append(wakeup) }
        let reader = OutputReader(paths: paths, exit: exit, wakeup: wakeup)
        // Holds the process, without which nobody would tell the reader about the end.
        return AsyncStream {
            defer { withExtendedLifetime(self) {} }
            return await reader.next()
        }
    }

    /// Kills the supervisor as well; only for a container that is going away and whose supervisor does not end.
    func abandon() {
        if let supervisor = record.supervisor.open() { try? supervisor.signal(SIGKILL) }
    }

    /// The supervisor's end, for whoever has to wait for it no longer than `timeout`.
    func supervisorEnded(within timeout: Duration) async -> Bool {
        guard let supervisor = record.supervisor.open() else { return true }
        return await supervisor.ended(timeout: timeout, despiteCancellation: true)
    }

    /// Turns the supervisor's exit file into the status, and keeps it for later agents.
    private func collect() {
        let status = EndedRecord.collect(paths, killedBefore: record.oomKills, cgroup: cgroup)
        // Losing this only means that a later agent collects again.
        try? JSONFile.write(EndedRecord(status), paths.ended)
        exit.set(status)
        for wakeup in wakeups.withLock({ $0 }) { wakeup.wake() }
        watch.withLock { $0 = nil }
    }
}
