import Glibc

/// Whole directories of our own.
public enum FileTree {
    /// Removes `path` and everything below it; a missing one is fine. Symbolic links are removed, not followed.
    ///
    /// Not for trees that somebody else may change meanwhile, such as a container's root.
    /// - Throws: `EBUSY`, before anything is removed, when something is mounted there or below.
    public static func remove(_ path: String) throws(Errno) {
        let mounted = try MountInfo.current().contains { $0.mountPoint == path || $0.mountPoint.hasPrefix(path + "/") }
        guard !mounted else { throw Errno(EBUSY, "remove \(path), where something is mounted") }
        try removeTree(path)
    }

    private static func removeTree(_ path: String) throws(Errno) {
        if unsafe unlink(path) == 0 || errno == ENOENT { return }
        let code = errno
        guard code == EISDIR || code == EPERM else { throw Errno(code, "unlink \(path)") }
        for name in try Files.list(path) { try removeTree("\(path)/\(name)") }
        guard unsafe rmdir(path) == 0 || errno == ENOENT else { throw .last("rmdir \(path)") }
    }
}
