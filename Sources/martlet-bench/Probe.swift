import CMartletAllocations
import Glibc
import MartletLinux

/// What the process has used so far.
struct Probe {
    /// Of all threads, in user and kernel.
    var cpu: Duration
    var allocations: Int
    var wall: ContinuousClock.Instant

    static var now: Probe {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Probe(
            cpu: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec),
            allocations: Int(clamping: martlet_allocation_count()),
            wall: .now
        )
    }

    /// A line of `/proc/self/status` in MiB, for example `VmRSS`; 0 when it is not there.
    static func memory(_ name: String) -> Double {
        guard let status = try? Files.readText("/proc/self/status") else { return 0 }
        let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        return line?.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap { Double($0) }
            .map { $0 / 1_024 } ?? 0
    }

    /// Lets `VmHWM` start anew; proc(5), `clear_refs`.
    static func forgetPeak() { try? Files.overwrite("/proc/self/clear_refs", with: "5") }
}

extension Duration {
    var milliseconds: Double { self / .milliseconds(1) }
}

extension Probe {
    /// Bytes; 0 when there is none.
    static func fileSize(_ path: String) -> Double {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Double(status.st_size) : 0
    }

    static var processID: Int32 { getpid() }

    static func removeDirectory(_ path: String) { _ = unsafe rmdir(path) }
}
