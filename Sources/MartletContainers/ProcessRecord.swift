import Glibc
import MartletLinux
import MartletModels

/// What an agent notes of a process when it has started it.
struct ProcessRecord: Hashable, Sendable, Codable {
    var id: String
    var pid: Int32
    /// Nil when it had ended before it could be looked at.
    var process: ProcessIdentity?
    var supervisor: ProcessIdentity
    var startedAtNanoseconds: Int64
    /// The container's count when the process started.
    var oomKills: Int64

    /// The record of the agent, or what can be told from the supervisor's files when the agent ended before it wrote it.
    /// - Returns: nil when nothing was started.
    static func recover(_ id: String, _ paths: ProcessPaths) -> ProcessRecord? {
        if let record = JSONFile.read(ProcessRecord.self, paths.started) { return record }
        guard let pid = number(paths.pid), let supervisorPID = number(paths.supervisorPID) else { return nil }
        let boot = (try? ProcessIdentity.bootID()) ?? ""
        // The number may mean another process by now: only a supervisor has this directory in its arguments.
        let arguments = (try? Files.readText("/proc/\(supervisorPID)/cmdline")) ?? ""
        let current = arguments.contains(paths.directory) ? ProcessIdentity.current(supervisorPID) : nil
        return ProcessRecord(
            id: id,
            pid: pid,
            process: current == nil ? nil : ProcessIdentity.current(pid),
            supervisor: current ?? ProcessIdentity(pid: supervisorPID, startTime: 0, bootID: boot),
            startedAtNanoseconds: (modified(paths.pid) ?? .epoch).nanoseconds,
            oomKills: 0
        )
    }

    static func number(_ path: String) -> Int32? {
        (try? Files.readText(path)).flatMap { Int32($0.prefix { $0.isNumber }) }
    }

    /// When a file was last written.
    static func modified(_ path: String) -> Timestamp? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        return Timestamp(nanoseconds: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
    }
}

/// An `ExitStatus` as a file.
struct EndedRecord: Hashable, Sendable, Codable {
    var code: Int32
    var outOfMemory: Bool
    var lost: Bool
    var atNanoseconds: Int64

    init(_ status: ExitStatus) {
        (code, outOfMemory, lost) = (status.code, status.outOfMemory, status.lost)
        atNanoseconds = status.at.nanoseconds
    }

    static func read(_ path: String) -> ExitStatus? {
        JSONFile.read(EndedRecord.self, path).map {
            ExitStatus(
                code: $0.code,
                outOfMemory: $0.outOfMemory,
                lost: $0.lost,
                at: Timestamp(nanoseconds: $0.atNanoseconds)
            )
        }
    }

    /// The supervisor's exit file; without one the process counts as lost, with code 255.
    static func collect(_ paths: ProcessPaths, killedBefore: Int64, cgroup: ContainerCgroup) -> ExitStatus {
        guard let code = ProcessRecord.number(paths.exit) else {
            return ExitStatus(code: 255, lost: true, at: SystemClock().now)
        }
        let at = ProcessRecord.modified(paths.exit) ?? SystemClock().now
        let outOfMemory = code == 128 + SIGKILL && cgroup.oomKills > killedBefore
        return ExitStatus(code: code, outOfMemory: outOfMemory, at: at)
    }
}
