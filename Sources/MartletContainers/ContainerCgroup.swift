import Glibc
import MartletLinux

/// The control groups of one container, read and killed through their files.
struct ContainerCgroup: Hashable, Sendable {
    let layout: CgroupLayout
    /// Absolute in every hierarchy.
    let group: String

    /// Processes that were killed for the memory limit since the group was made; 0 when the group is gone.
    var oomKills: Int64 {
        guard let memory = layout.directory(of: group, controller: "memory") else { return 0 }
        let file = layout.mode == .unified ? "memory.events" : "memory.oom_control"
        return fields("\(memory)/\(file)")["oom_kill"] ?? 0
    }

    /// Usage towards the limit, CPU time and processes; network counters are not the group's.
    var usage: ContainerMetrics {
        layout.mode == .unified ? unifiedUsage : v1Usage
    }

    private var v1Usage: ContainerMetrics {
        let stat = file("memory", "memory.stat").map { fields($0) } ?? [:]
        let used = ["total_rss", "total_cache", "total_swap"].reduce(0) { $0 + (stat[$1] ?? 0) }
        let limit = file("memory", "memory.limit_in_bytes").flatMap { number($0) }
        return ContainerMetrics(
            memoryBytes: max(0, used - (stat["total_inactive_file"] ?? 0)),
            // Unlimited is the largest multiple of a page.
            memoryLimitBytes: limit.flatMap { $0 > 1 << 60 ? nil : $0 },
            cpuNanoseconds: file("cpuacct", "cpuacct.usage").flatMap { number($0) } ?? 0,
            pids: file("pids", "pids.current").flatMap { number($0) } ?? 0,
            oomKills: oomKills
        )
    }

    private var unifiedUsage: ContainerMetrics {
        let stat = file("memory", "memory.stat").map { fields($0) } ?? [:]
        let current = file("memory", "memory.current").flatMap { number($0) } ?? 0
        let cpu = file("cpu", "cpu.stat").map { fields($0) } ?? [:]
        return ContainerMetrics(
            memoryBytes: max(0, current - (stat["inactive_file"] ?? 0)),
            memoryLimitBytes: file("memory", "memory.max").flatMap { number($0) },
            cpuNanoseconds: (cpu["usage_usec"] ?? 0) * 1000,
            pids: file("pids", "pids.current").flatMap { number($0) } ?? 0,
            oomKills: oomKills
        )
    }

    /// Kills everything in the group. Asynchronous in the kernel: wait for the processes.
    /// - Returns: false where the kernel has no `cgroup.kill`.
    func kill() -> Bool {
        guard let unified = layout.unified else { return false }
        return (try? Files.overwrite("\(unified)\(group)/cgroup.kill", with: "1")) != nil
    }

    /// Every process that is in the group in any hierarchy.
    var processes: Set<Int32> {
        let texts = layout.directories(of: group).compactMap { try? Files.readText("\($0)/cgroup.procs") }
        return Set(texts.flatMap { $0.split(separator: "\n").compactMap { Int32($0) } })
    }

    /// The directories that exist.
    var directories: [String] { layout.directories(of: group).filter { Files.exists($0) } }

    /// Removes the group, and groups that were made below it, in every hierarchy. A missing one is fine.
    func remove() throws(Errno) {
        for directory in directories { try remove(directory) }
    }

    private func remove(_ directory: String) throws(Errno) {
        if unsafe rmdir(directory) == 0 || errno == ENOENT { return }
        let code = errno
        for name in (try? Files.list(directory)) ?? [] where isDirectory("\(directory)/\(name)") {
            try remove("\(directory)/\(name)")
        }
        guard unsafe rmdir(directory) == 0 || errno == ENOENT else { throw Errno(code, "rmdir \(directory)") }
    }

    private func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private func file(_ controller: String, _ name: String) -> String? {
        layout.directory(of: group, controller: controller).map { "\($0)/\(name)" }
    }

    private func number(_ path: String) -> Int64? {
        (try? Files.readText(path)).flatMap { Int64($0.prefix { !$0.isWhitespace }) }
    }

    /// Lines of a name and a number.
    private func fields(_ path: String) -> [String: Int64] {
        let lines = ((try? Files.readText(path)) ?? "").split(separator: "\n").map { $0.split(separator: " ") }
        let pairs = lines.compactMap { line in
            line.count == 2 ? Int64(line[1]).map { (String(line[0]), $0) } : nil
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
