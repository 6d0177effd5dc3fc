import CMartletShims
import Glibc

/// A directory tree of somebody else, such as a container's root: nothing opened here can be outside of it.
///
/// The path `/proc/PID/root/etc/passwd` would follow an absolute symbolic link to the host's file; openat2 with
/// `RESOLVE_IN_ROOT` does not.
public struct RootedDirectory: ~Copyable, Sendable {
    private let root: Descriptor

    /// - Parameter path: trusted, for example `/proc/PID/root`.
    public init(_ path: String) throws(Errno) {
        root = try Descriptor.open(path, pathOnly | O_DIRECTORY)
    }

    public func open(_ path: String, _ flags: Int32, mode: UInt32 = 0) throws(Errno) -> Descriptor {
        let raw = try retrying("open \(path) in the container") {
            unsafe martlet_open_below(root.rawValue, path, flags, mode)
        }
        return Descriptor(owning: raw)
    }

    /// The content of a regular file; anything else, a FIFO for example, is refused without waiting for it.
    /// - Throws: `EFBIG` when it has more than `limit` bytes, `EINVAL` when it is not a regular file.
    public func read(_ path: String, limit: Int = 4 << 20) throws(Errno) -> [UInt8] {
        let file = try open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        var status = stat()
        try retrying("stat \(path) in the container") { unsafe fstat(file.rawValue, &status) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Errno(EINVAL, "\(path) is not a regular file") }
        return try file.readAll(limit: limit)
    }

    /// Creates a directory and its missing parents, which get the given owner and mode 0755. Symbolic links on the way
    /// are followed inside the root.
    public func makeDirectories(_ path: String, user: UInt32, group: UInt32) throws(Errno) {
        var reached = ""
        for component in path.split(separator: "/") where component != "." {
            let parent = try open(reached.isEmpty ? "/" : reached, pathOnly | O_DIRECTORY)
            reached += "/\(component)"
            do throws(Errno) {
                _ = try open(reached, pathOnly | O_DIRECTORY)
            } catch  where error.code == ENOENT && component != ".." {
                try make(String(component), in: parent, user: user, group: group)
            }
        }
    }

    private func make(
        _ name: String,
        in parent: borrowing Descriptor,
        user: UInt32,
        group: UInt32
    ) throws(Errno) {
        try retrying("make directory \(name) in the container") { unsafe mkdirat(parent.rawValue, name, 0o755) }
        // The agent's own umask is not for the container.
        try retrying("change mode of \(name) in the container") { unsafe fchmodat(parent.rawValue, name, 0o755, 0) }
        try retrying("change owner of \(name) in the container") {
            unsafe fchownat(parent.rawValue, name, user, group, AT_SYMLINK_NOFOLLOW)
        }
    }
}

/// `O_PATH`, which the C module does not offer to Swift; the same number on every architecture we build for.
private let pathOnly: Int32 = 0o10_000_000
