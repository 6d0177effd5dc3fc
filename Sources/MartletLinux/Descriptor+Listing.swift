import Glibc

/// What is in an open directory, and its removal.
extension Descriptor {
    /// The names in this directory in no particular order, without `.` and `..`.
    public func names() throws(Errno) -> [RawName] {
        let own = try open(".", O_RDONLY | O_DIRECTORY)
        let raw = own.release()
        guard let handle = unsafe fdopendir(raw) else {
            let error = Errno.last("fdopendir \(raw)")
            _ = Glibc.close(raw)
            throw error
        }
        defer { unsafe closedir(handle) }
        var names: [RawName] = []
        errno = 0
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { unsafe RawName($0.prefix { $0 != 0 }) }
            if let name, name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw .last("readdir \(rawValue)") }
        return names
    }

    /// Removes `name` and everything below it. A missing name is fine; symbolic links are removed, not followed, and
    /// other file systems mounted below stop the removal with `EBUSY`.
    public func removeTree(_ name: RawName) throws(Errno) {
        do throws(Errno) { try unlink(name) } catch {
            switch error.code {
            case ENOENT: return
            case EISDIR, EPERM: break
            default: throw error
            }
            try removeDirectoryTree(name)
        }
    }

    /// Removes everything in this directory, as `removeTree(_:)` does.
    public func removeContents() throws(Errno) {
        for name in try names() { try removeTree(name) }
    }

    /// Keeps one descriptor a level open; nesting is bounded by what may be unpacked.
    private func removeDirectoryTree(_ name: RawName) throws(Errno) {
        try openDirectory(name).removeContents()
        do throws(Errno) { try removeDirectory(name) } catch  where error.code == ENOENT {}
    }
}
