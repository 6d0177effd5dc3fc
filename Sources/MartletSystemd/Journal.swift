import Glibc

/// Whether and how this process is connected to journald.
public enum Journal {
    /// True when a journald takes entries on its native socket. Its file may be there without one.
    public static var isPresent: Bool { isPresent(at: "/run/systemd/journal/socket") }

    /// True when `descriptor` is the stream that systemd made for this service's output, so that a text on it would
    /// reach the journal without its fields. systemd.exec(5), `$JOURNAL_STREAM`.
    public static func isConnected(to descriptor: Int32 = 2) -> Bool {
        guard let value = unsafe getenv("JOURNAL_STREAM") else { return false }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return false }
        return unsafe String(cString: value) == "\(status.st_dev):\(status.st_ino)"
    }

    static func isPresent(at path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let probe = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard probe >= 0 else { return false }
        defer { close(probe) }
        return unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(probe, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
