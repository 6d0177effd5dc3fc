import CMartletShims
import Glibc

/// A process by descriptor: it cannot come to mean another process when the number is used again.
public struct PIDFD: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// - Throws: `ESRCH` when there is no such process.
    public init(_ pid: Int32) throws(Errno) {
        descriptor = Descriptor(owning: try retrying("pidfd_open \(pid)") { martlet_pidfd_open(pid) })
    }

    /// Valid as long as `self` lives; readable once the process has ended.
    public var rawValue: Int32 { descriptor.rawValue }

    consuming func intoDescriptor() -> Descriptor { descriptor }

    /// Sends a signal; a process that has ended is fine.
    public func signal(_ number: Int32) throws(Errno) {
        if martlet_pidfd_signal(rawValue, number) == 0 || errno == ESRCH { return }
        throw .last("send signal \(number)")
    }

    /// Waits until the process has ended, whoever its parent is.
    /// - Returns: false when `timeout` passed first, or the task was cancelled.
    public func ended(timeout: Duration? = nil, despiteCancellation: Bool = false) async -> Bool {
        await Readiness.wait(rawValue, for: .reading, timeout: timeout, despiteCancellation: despiteCancellation)
    }

    /// Collects a child of this process, waiting for its end if need be.
    func reap() throws(Errno) -> ChildStatus {
        var code: Int32 = 0
        var status: Int32 = 0
        try retrying("waitid") { unsafe martlet_pidfd_reap(rawValue, &code, &status) }
        return code == Int32(CLD_EXITED) ? .exited(status) : .signalled(status)
    }
}

/// How a child of this process ended.
public enum ChildStatus: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
}
