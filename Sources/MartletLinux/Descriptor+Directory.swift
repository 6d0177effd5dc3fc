import CMartletShims
public import Glibc

/// Calls on names below an open directory. None of them follows a symbolic link in the last component.
extension Descriptor {
    /// How a path below a directory is resolved. Magic links (`/proc/…/fd`) are never followed.
    public enum Resolution: Sendable {
        /// Absolute links and `..` are meant from this directory, and never lead out of it (`RESOLVE_IN_ROOT`).
        case inRoot
        /// A symbolic link anywhere is `ELOOP`, and leaving this directory `EXDEV`.
        case withoutLinks
    }

    /// Opens `path` below this directory, as `openat2(2)` does.
    public func open(
        _ path: RawName,
        _ flags: Int32,
        mode: mode_t = 0,
        resolving resolution: Resolution = .withoutLinks
    ) throws(Errno) -> Descriptor {
        let resolve =
            switch resolution {
            case .inRoot: MARTLET_RESOLVE_IN_ROOT
            case .withoutLinks: MARTLET_RESOLVE_BENEATH | MARTLET_RESOLVE_NO_SYMLINKS
            }
        let raw = try unsafe named("open", path) {
            unsafe martlet_openat2(rawValue, $0, UInt64(flags), UInt64(mode), resolve)
        }
        return Descriptor(owning: raw)
    }

    /// The directory `name` in this one, for reading and as a base for further calls.
    public func openDirectory(_ name: RawName) throws(Errno) -> Descriptor {
        try open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }

    /// Nothing when there is no such name.
    public func status(of name: RawName) throws(Errno) -> FileStatus? {
        var status = stat()
        let result = unsafe name.withPointer { unsafe fstatat(rawValue, $0, &status, AT_SYMLINK_NOFOLLOW) }
        if result == 0 { return FileStatus(status) }
        guard errno == ENOENT else { throw .last("stat \(name)") }
        return nil
    }

    public func status() throws(Errno) -> FileStatus {
        var status = stat()
        _ = try retrying("fstat \(rawValue)") { unsafe fstat(rawValue, &status) }
        return FileStatus(status)
    }

    /// Everything written so far to the file system that this is on is on its disk afterwards. Blocks its thread.
    public func flushFileSystem() throws(Errno) {
        _ = try retrying("syncfs \(rawValue)") { martlet_syncfs(rawValue) }
    }

    public func makeDirectory(_ name: RawName, mode: mode_t) throws(Errno) {
        try unsafe named("mkdir", name) { unsafe mkdirat(rawValue, $0, mode) }
    }

    public func makeSymbolicLink(_ name: RawName, to target: RawName) throws(Errno) {
        try unsafe target.withPointer { (to) throws(Errno) in
            _ = try unsafe named("symlink", name) { unsafe symlinkat(to, rawValue, $0) }
        }
    }

    public func makeFIFO(_ name: RawName, mode: mode_t) throws(Errno) {
        try unsafe named("mkfifo", name) { unsafe mkfifoat(rawValue, $0, mode) }
    }

    /// The character device 0:0, with which overlay hides `name` of lower layers.
    public func makeWhiteout(_ name: RawName) throws(Errno) {
        try unsafe named("mknod", name) { unsafe mknodat(rawValue, $0, S_IFCHR, 0) }
    }

    /// Another name for the file `name`; a symbolic link is linked itself.
    public func link(_ name: RawName, to directory: borrowing Descriptor, as other: RawName) throws(Errno) {
        let to = directory.rawValue
        try unsafe other.withPointer { (new) throws(Errno) in
            _ = try unsafe named("link", name) { unsafe linkat(rawValue, $0, to, new, 0) }
        }
    }

    /// - Parameter replacing: without it an existing `other` is `EEXIST`.
    public func rename(
        _ name: RawName,
        to directory: borrowing Descriptor,
        as other: RawName,
        replacing: Bool = false
    ) throws(Errno) {
        let to = directory.rawValue
        try unsafe other.withPointer { (new) throws(Errno) in
            _ = try unsafe named("rename", name) {
                unsafe replacing
                    ? renameat(rawValue, $0, to, new) : martlet_rename_noreplace(rawValue, $0, to, new)
            }
        }
    }

    public func unlink(_ name: RawName) throws(Errno) {
        try unsafe named("unlink", name) { unsafe unlinkat(rawValue, $0, 0) }
    }

    public func removeDirectory(_ name: RawName) throws(Errno) {
        try unsafe named("rmdir", name) { unsafe unlinkat(rawValue, $0, AT_REMOVEDIR) }
    }

    /// Where a symbolic link points to, uninterpreted.
    public func readLink(_ name: RawName) throws(Errno) -> RawName {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = try unsafe named("readlink", name) { pointer in
            unsafe buffer.withUnsafeMutableBytes { bytes -> Int in
                guard let base = unsafe bytes.bindMemory(to: CChar.self).baseAddress else { return 0 }
                return unsafe readlinkat(rawValue, pointer, base, bytes.count)
            }
        }
        guard let target = RawName(buffer[..<count]) else { throw Errno(EINVAL, "readlink \(name)") }
        return target
    }

    /// One call on a name, repeated while a signal interrupts it.
    @discardableResult
    func named<R: BinaryInteger>(
        _ call: String,
        _ name: RawName,
        _ body: (UnsafePointer<CChar>) -> R
    ) throws(Errno) -> R {
        try unsafe name.withPointer { (pointer) throws(Errno) in
            try retrying("\(call) \(name)") { unsafe body(pointer) }
        }
    }
}
