public import Glibc

/// An open file descriptor with one owner; closed when that owner goes out of scope.
public struct Descriptor: ~Copyable, Sendable {
    /// Valid as long as `self` lives.
    public let rawValue: Int32

    /// Takes ownership of a descriptor that nobody else will close.
    public init(owning rawValue: Int32) {
        precondition(rawValue >= 0, "a descriptor is never negative: \(rawValue)")
        self.rawValue = rawValue
    }

    deinit { _ = Glibc.close(rawValue) }

    /// Gives the descriptor away without closing it.
    public consuming func release() -> Int32 {
        let raw = rawValue
        discard self
        return raw
    }

    /// Opens `path` with `O_CLOEXEC` added to `flags`.
    public static func open(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(Errno) -> Descriptor {
        let raw = try retrying("open \(path)") { unsafe Glibc.open(path, flags | O_CLOEXEC, mode) }
        return Descriptor(owning: raw)
    }

    /// Another descriptor for the same open file.
    public func duplicated() throws(Errno) -> Descriptor {
        let raw = try retrying("dup \(rawValue)") { fcntl(rawValue, F_DUPFD_CLOEXEC, 0) }
        return Descriptor(owning: raw)
    }

    /// Reads until the end of the file, at most `limit` bytes.
    /// - Throws: `EFBIG` when there is more than `limit`.
    public func readAll(limit: Int = 16 << 20) throws(Errno) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try retrying("read descriptor \(rawValue)") {
                unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(rawValue, $0.baseAddress, $0.count) }
            }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw Errno(EFBIG, "read descriptor \(rawValue)") }
        }
    }

    /// Writes all of `bytes`, in as many calls as that takes.
    public func writeAll(_ bytes: some Sequence<UInt8>) throws(Errno) {
        let bytes = Array(bytes)
        var offset = 0
        while offset < bytes.count {
            offset += try retrying("write descriptor \(rawValue)") {
                unsafe bytes.withUnsafeBytes { buffer in
                    unsafe Glibc.write(rawValue, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
                }
            }
        }
    }
}
