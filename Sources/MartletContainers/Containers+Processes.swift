import Glibc
import MartletLinux
import MartletLog
import MartletModels

extension Containers {
    /// Starts a process; returns when it runs.
    /// - Throws: `executableNotFound` and `unknownUser` by the container's own files, `processIDInUse`, `notRunning`.
    public func run(_ process: ProcessSpec, in id: ContainerID) async throws(ContainerError) -> RunningProcess {
        let host = try prepared()
        let entry = try living(id)
        guard let initProcess = entry.record.initProcess else { throw .notRunning(id) }
        let name = process.id ?? nextProcessID(entry)
        guard ContainerID(name) != nil else { throw .invalid("not a process id: \(name)") }
        let paths = paths(id).process(name)
        let launch = ProcessLaunch(
            spec: process,
            base: entry.environment,
            idRange: entry.record.container.idRange,
            noNewPrivileges: configuration.noNewPrivileges,
            initPID: initProcess.pid,
            paths: paths
        )
        entries[id]?.starting += 1
        defer { entries[id]?.starting -= 1 }
        try await Blocking.run { () throws(ContainerError) in try launch.prepare(name) }
        let cgroup = cgroup(id, host)
        let killed = cgroup.oomKills
        let startedAt = SystemClock().now
        do throws(ContainerError) {
            let pid = try await supervisor.start(name, paths, tag: process.logTag)
            return try register(name, pid, startedAt, killed, paths, cgroup)
        } catch {
            await Blocking.run { try? FileTree.remove(paths.directory) }
            throw error
        }
    }

    private func register(
        _ name: String,
        _ pid: Int32,
        _ startedAt: Timestamp,
        _ killed: Int64,
        _ paths: ProcessPaths,
        _ cgroup: ContainerCgroup
    ) throws(ContainerError) -> RunningProcess {
        guard let supervisorPID = ProcessRecord.number(paths.supervisorPID) else {
            throw .runtime("the supervisor left no pid file")
        }
        let gone = ProcessIdentity(pid: supervisorPID, startTime: 0, bootID: "")
        let record = ProcessRecord(
            id: name,
            pid: pid,
            process: ProcessIdentity.current(pid),
            supervisor: ProcessIdentity.current(supervisorPID) ?? gone,
            startedAtNanoseconds: startedAt.nanoseconds,
            oomKills: killed
        )
        try system { () throws(Errno) in try JSONFile.write(record, paths.started) }
        let running = RunningProcess(record, paths: paths, cgroup: cgroup)
        entries[paths.container]?.processes[name] = running
        log(.debug, "process started", ["handle": "\(paths.container)", "process": name, "pid": "\(pid)"])
        return running
    }

    /// Numbers that no process of the container has had; two calls at once may get the same, of which one is refused
    /// by its directory. Hence the clock.
    private func nextProcessID(_ entry: Entry) -> String {
        "p\(entry.processes.count)-\(String(UInt64(bitPattern: SystemClock().now.nanoseconds), radix: 36))"
    }

    /// SIGTERM to every running process of the container, SIGKILL to all that is left after `grace`. Returns when the
    /// processes have ended. The sandbox survives only if nothing had to be killed.
    public func stop(_ id: ContainerID, grace: Duration) async throws(ContainerError) {
        guard entries[id] != nil else { throw .unknownContainer(id) }
        let running = processes(of: id).filter { $0.exitStatus == nil }
        for process in running { try process.signal(SIGTERM) }
        let deadline = ContinuousClock.now + grace
        var left = running
        while let process = left.last, await process.supervisorEnded(within: deadline - .now) { left.removeLast() }
        if !left.isEmpty { try await kill(id) }
        for process in running { _ = await process.wait() }
    }

    /// SIGKILL to everything in the container at once, its sandbox included; returns when it is dead.
    public func kill(_ id: ContainerID) async throws(ContainerError) {
        let host = try prepared()
        guard let entry = entries[id] else { throw .unknownContainer(id) }
        guard await kill(entry.record.initProcess, cgroup(id, host)) else {
            throw .timedOut("the processes of \(id) do not end after SIGKILL")
        }
    }

    /// When pid 1 has ended the kernel has killed and reaped the whole pid namespace, so that is what is waited for.
    func kill(_ initProcess: ProcessIdentity?, _ cgroup: ContainerCgroup) async -> Bool {
        _ = cgroup.kill()
        if let process = initProcess?.open() {
            try? process.signal(SIGKILL)
            guard await process.ended(timeout: .seconds(10), despiteCancellation: true) else { return false }
        }
        return await emptied(cgroup)
    }

    /// What joined the group from outside, or was left by an unknown container.
    private func emptied(_ cgroup: ContainerCgroup) async -> Bool {
        for _ in 0..<1000 {
            let left = cgroup.processes.filter { ProcessIdentity.current($0)?.isAlive == true }
            if left.isEmpty { return true }
            for pid in left { try? PIDFD(pid).signal(SIGKILL) }
            await Pause.milliseconds(5)
        }
        return false
    }

    /// Waits until the container's sandbox has ended, for whatever reason.
    public func sandboxEnd(_ id: ContainerID) async throws(ContainerError) {
        guard let entry = entries[id] else { throw .unknownContainer(id) }
        guard let process = entry.record.initProcess?.open() else { return }
        _ = await process.ended()
    }
}
