import CMartletShims
import Glibc

/// A pipe whose ends are closed in every program that is started, unless given to it.
public struct Pipe: ~Copyable {
    /// Does not block: wait with `Readiness`.
    public let reader: Descriptor
    /// Owned by the pipe; -1 once closed.
    public private(set) var writer: Int32

    public init() throws(Errno) {
        var ends: [Int32] = [-1, -1]
        try retrying("pipe") { unsafe martlet_pipe(&ends) }
        // Cannot fail on a descriptor that was just made.
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        reader = Descriptor(owning: ends[0])
        writer = ends[1]
    }

    deinit { if writer >= 0 { _ = close(writer) } }

    /// Closes our copy of the writing end; without that the end of the other program is never seen.
    public mutating func closeWriter() {
        if writer >= 0 { _ = close(writer) }
        writer = -1
    }

    /// Reads up to the first line feed, which is not part of the result, or the end. What follows is lost.
    /// - Throws: `ETIMEDOUT` when neither comes, `EFBIG` after `limit` bytes without one.
    public func line(limit: Int = 65_536, timeout: Duration) async throws(Errno) -> [UInt8] {
        var line: [UInt8] = []
        while line.count <= limit {
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = unsafe read(reader.rawValue, &chunk, chunk.count)
            if count == 0 { return line }
            if count > 0 {
                line += chunk[..<count]
                if let end = line.firstIndex(of: UInt8(ascii: "\n")) { return Array(line[..<end]) }
                continue
            }
            let code = errno
            guard code == EAGAIN || code == EINTR else { throw Errno(code, "read pipe") }
            let ready = await Readiness.wait(
                reader.rawValue,
                for: .reading,
                timeout: timeout,
                despiteCancellation: true
            )
            guard ready else { throw Errno(ETIMEDOUT, "read pipe") }
        }
        throw Errno(EFBIG, "read pipe")
    }
}
