public import Glibc

/// Small whole-file operations on trusted paths of our own. Paths inside a container never come here: they are
/// resolved below a root descriptor instead.
public enum Files {
    public static func read(_ path: String, limit: Int = 16 << 20) throws(Errno) -> [UInt8] {
        try Descriptor.open(path, O_RDONLY).readAll(limit: limit)
    }

    public static func readText(_ path: String, limit: Int = 16 << 20) throws(Errno) -> String {
        String(decoding: try read(path, limit: limit), as: UTF8.self)
    }

    /// Replaces the content in place, as kernel files (`/proc`, cgroups) want it.
    public static func overwrite(_ path: String, with text: String) throws(Errno) {
        try Descriptor.open(path, O_WRONLY | O_TRUNC).writeAll(text.utf8)
    }

    /// Writes beside `path` and renames over it, so that a reader sees the old bytes or the new, never a part.
    public static func replace(_ path: String, with bytes: [UInt8], mode: mode_t = 0o644) throws(Errno) {
        let temporary = "\(path).\(getpid()).new"
        do {
            let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
            try file.writeAll(bytes)
            _ = try retrying("fsync \(temporary)") { fsync(file.rawValue) }
        }
        _ = try retrying("rename to \(path)") { unsafe rename(temporary, path) }
    }

    /// Creates `path` and its missing parents; an existing directory is fine.
    public static func makeDirectories(_ path: String, mode: mode_t = 0o755) throws(Errno) {
        if unsafe mkdir(path, mode) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw .last("mkdir \(path)")
        }
        try makeDirectories(String(path[..<slash]), mode: mode)
        guard unsafe mkdir(path, mode) == 0 || errno == EEXIST else { throw .last("mkdir \(path)") }
    }

    /// True when something, of whatever kind, has this name; a dangling symbolic link counts.
    public static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    /// The names in a directory, sorted, without `.` and `..`.
    public static func list(_ path: String) throws(Errno) -> [String] {
        guard let handle = unsafe opendir(path) else { throw .last("opendir \(path)") }
        defer { unsafe closedir(handle) }
        var names: [String] = []
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes a file; a missing one is fine.
    public static func removeFile(_ path: String) throws(Errno) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .last("unlink \(path)") }
    }
}
