import Glibc
import MartletLinux

/// Who a process runs as, by the container's own `/etc/passwd` and `/etc/group`.
struct UserLookup: Hashable, Sendable {
    var uid: UInt32
    var gid: UInt32
    var groups: [UInt32] = []
    var home = "/"

    /// Ids inside a container are below the size of its range.
    static let idLimit: UInt32 = 65_536

    /// Reads both files below `root` as they are now; absent ones count as empty.
    static func find(_ user: String, in root: borrowing RootedDirectory) throws(ContainerError) -> UserLookup {
        try find(user, passwd: file("/etc/passwd", in: root), group: file("/etc/group", in: root))
    }

    /// - Parameter user: empty, `name`, `uid`, or either with `:group` or `:gid`.
    static func find(_ user: String, passwd: String?, group: String?) throws(ContainerError) -> UserLookup {
        let parts = user.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first.map { String($0) } ?? ""
        let entries = (passwd ?? "").split(separator: "\n").compactMap { PasswdEntry($0) }
        let groups = (group ?? "").split(separator: "\n").compactMap { GroupEntry($0) }
        let (entry, uid) = try entry(name, entries, passwdExists: passwd != nil)
        var found = UserLookup(uid: uid, gid: entry?.gid ?? 0, home: entry?.home ?? "/")
        if parts.count == 2, !parts[1].isEmpty {
            found.gid = try groupID(String(parts[1]), groups)
        } else if let entry {
            found.groups = groups.filter { $0.members.contains(entry.name) }.map(\.gid)
        }
        guard ([found.uid, found.gid] + found.groups).allSatisfy({ $0 < idLimit }) else {
            throw .invalid("user \(user): ids must be below \(idLimit)")
        }
        return found
    }

    private static func entry(
        _ name: String,
        _ entries: [PasswdEntry],
        passwdExists: Bool
    ) throws(ContainerError) -> (PasswdEntry?, UInt32) {
        if name.isEmpty { return (entries.first { $0.uid == 0 }, 0) }
        if name.utf8.allSatisfy({ (48...57).contains($0) }) {
            guard let uid = UInt32(name) else { throw .invalid("user \(name): ids must be below \(idLimit)") }
            return (entries.first { $0.uid == uid }, uid)
        }
        if let entry = entries.first(where: { $0.name == name }) { return (entry, entry.uid) }
        guard name == "root", !passwdExists else { throw .unknownUser(name) }
        return (nil, 0)
    }

    private static func groupID(_ name: String, _ groups: [GroupEntry]) throws(ContainerError) -> UInt32 {
        if name.utf8.allSatisfy({ (48...57).contains($0) }) {
            guard let gid = UInt32(name) else { throw .invalid("group \(name): ids must be below \(idLimit)") }
            return gid
        }
        guard let group = groups.first(where: { $0.name == name }) else {
            throw .invalid("unable to find group \(name): no matching entries in group file")
        }
        return group.gid
    }

    private static func file(_ path: String, in root: borrowing RootedDirectory) throws(ContainerError) -> String? {
        do throws(Errno) {
            return String(decoding: try root.read(path), as: UTF8.self)
        } catch {
            guard [ENOENT, ENOTDIR, ELOOP].contains(error.code) else { throw .system(error) }
            return nil
        }
    }
}

/// A line of passwd(5); nil for comments, blanks and lines of another form.
private struct PasswdEntry {
    let name: String
    let uid: UInt32
    let gid: UInt32
    let home: String

    init?(_ line: Substring) {
        let fields = line.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count >= 4, !fields[0].isEmpty, !fields[0].hasPrefix("#"), let uid = UInt32(fields[2]),
            let gid = UInt32(fields[3])
        else { return nil }
        (name, self.uid, self.gid) = (String(fields[0]), uid, gid)
        home = fields.count > 5 && fields[5].hasPrefix("/") ? String(fields[5]) : "/"
    }
}

/// A line of group(5).
private struct GroupEntry {
    let name: String
    let gid: UInt32
    let members: [String]

    init?(_ line: Substring) {
        let fields = line.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count >= 3, !fields[0].isEmpty, !fields[0].hasPrefix("#"), let gid = UInt32(fields[2]) else {
            return nil
        }
        (name, self.gid) = (String(fields[0]), gid)
        members = fields.count > 3 ? fields[3].split(separator: ",").map { String($0) } : []
    }
}
