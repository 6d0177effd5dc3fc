import Glibc

/// Writes whole lines to a descriptor, each with one call, so that lines of several threads do not mix.
///
/// What cannot be written is dropped: a log must not stop the process, and there is nowhere to report it.
struct LineWriter: Sendable {
    /// Open as long as the process logs.
    let descriptor: Int32

    func write(_ line: String) {
        let bytes = Array(line.utf8) + [0x0A]
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes[offset...].withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            offset += count
        }
    }
}
