import CMartletShims
public import Glibc

/// Owner, mode, time and extended attributes of a file that is open, or of a name below an open directory.
extension Descriptor {
    public func setOwner(user: UInt32, group: UInt32) throws(Errno) {
        _ = try retrying("fchown \(rawValue)") { fchown(rawValue, user, group) }
    }

    /// All of `07777`. Set it after the owner, because a change of owner clears set-id bits.
    public func setMode(_ mode: mode_t) throws(Errno) {
        _ = try retrying("fchmod \(rawValue)") { fchmod(rawValue, mode) }
    }

    /// The time of last change of content; the time of last access stays.
    public func setModified(_ time: FileTime) throws(Errno) {
        let times = Self.times(time)
        _ = try retrying("futimens \(rawValue)") { unsafe futimens(rawValue, times) }
    }

    public func setOwner(of name: RawName, user: UInt32, group: UInt32) throws(Errno) {
        try unsafe named("chown", name) { pointer in
            unsafe fchownat(rawValue, pointer, user, group, AT_SYMLINK_NOFOLLOW)
        }
    }

    /// Not for symbolic links, which have no mode: there it follows.
    public func setMode(of name: RawName, _ mode: mode_t) throws(Errno) {
        try unsafe named("chmod", name) { pointer in
            unsafe fchmodat(rawValue, pointer, mode, 0)
        }
    }

    public func setModified(of name: RawName, _ time: FileTime) throws(Errno) {
        let times = Self.times(time)
        try unsafe named("utimens", name) { pointer in
            unsafe utimensat(rawValue, pointer, times, AT_SYMLINK_NOFOLLOW)
        }
    }

    private static func times(_ time: FileTime) -> [timespec] {
        [
            timespec(tv_sec: 0, tv_nsec: (1 << 30) - 2),  // UTIME_OMIT, a macro with a cast
            timespec(tv_sec: Int(time.seconds), tv_nsec: time.nanoseconds),
        ]
    }

    public func setExtendedAttribute(_ name: RawName, _ value: [UInt8]) throws(Errno) {
        try unsafe named("fsetxattr", name) { pointer in
            unsafe value.withUnsafeBytes {
                unsafe martlet_fsetxattr(rawValue, pointer, $0.baseAddress, UInt64($0.count))
            }
        }
    }

    /// Nothing when the file does not have this attribute, or the file system has none.
    public func extendedAttribute(_ name: RawName) throws(Errno) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe name.withPointer { pointer in
            unsafe buffer.withUnsafeMutableBytes {
                unsafe martlet_fgetxattr(rawValue, pointer, $0.baseAddress, UInt64($0.count))
            }
        }
        if count >= 0 { return Array(buffer[..<Int(count)]) }
        guard errno == ENODATA || errno == ENOTSUP else { throw .last("fgetxattr \(name)") }
        return nil
    }

    /// The names of all extended attributes that the caller may see, sorted.
    public func extendedAttributeNames() throws(Errno) -> [RawName] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe martlet_flistxattr(rawValue, bytes.bindMemory(to: CChar.self).baseAddress, UInt64(bytes.count))
        }
        guard count >= 0 else {
            if errno == ENOTSUP { return [] }
            throw .last("flistxattr \(rawValue)")
        }
        return buffer[..<Int(count)].split(separator: 0).compactMap { RawName($0) }.sorted()
    }
}
