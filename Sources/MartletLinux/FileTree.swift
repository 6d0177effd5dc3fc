import Glibc

/// Whole directories of our own.
public enum FileTree {
    /// Removes `path` and everything below it; a missing one is fine. Symbolic links are removed, not followed, and
    /// nothing of another file system that is mounted below is touched: that is `EBUSY`.
    ///
    /// Not for trees that somebody else may change meanwhile, such as a container's root.
    public static func remove(_ path: String) throws(Errno) {
        if unsafe unlink(path) == 0 || errno == ENOENT { return }
        let code = errno
        guard code == EISDIR || code == EPERM else { throw Errno(code, "unlink \(path)") }
        for name in try Files.list(path) { try remove("\(path)/\(name)") }
        guard unsafe rmdir(path) == 0 || errno == ENOENT else { throw .last("rmdir \(path)") }
    }
}
