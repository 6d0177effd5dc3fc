import Glibc
import MartletLinux

/// A layer being made, and what is below it: paths are resolved in what both show together, and files are made in the
/// upper one.
///
/// Every path is resolved below a descriptor, component by component; no symbolic link can lead out, because links are
/// followed here, from the root of the tree, and never by the kernel.
/// - Invariant: nobody else changes the upper directory meanwhile.
final class MergedTree {
    /// A directory of the upper tree.
    final class Directory {
        /// From the root, without links; empty for the root.
        let path: RawName
        let descriptor: Descriptor

        init(_ path: RawName, _ descriptor: consuming Descriptor) {
            self.path = path
            self.descriptor = descriptor
        }
    }

    let upper: Descriptor
    let lower: Descriptor?
    /// What markers seen so far hide of the layers below: names, and the contents of directories.
    private(set) var hiddenNames: Set<RawName> = []
    private(set) var opaqueDirectories: Set<RawName> = []
    /// When directories were last changed, according to the archive; set when all their children are there.
    private(set) var times: [RawName: FileTime] = [:]
    private var recent: (key: [RawName], directory: Directory)?

    /// - Parameter lower: nothing for the lowest layer.
    init(upper: consuming Descriptor, lower: consuming Descriptor?) throws(ImageError) {
        self.upper = upper
        self.lower = lower
        try treeing("unpack a layer") { () throws(Errno) in
            try self.upper.setMode(0o755)
            guard let below = try self.lower?.open(".", O_RDONLY | O_DIRECTORY) else { return }
            self.setTime("", try self.adopt(below, self.upper))
        }
    }

    /// The upper directory of that path, made if it is missing, with the attributes of the lower one where there is one.
    func directory(_ components: ArraySlice<RawName>) throws(ImageError) -> Directory {
        let key = Array(components)
        if let recent, recent.key == key { return recent.directory }
        let directory = try treeing("make the directories of an entry") { () throws(Errno) -> Directory in
            if let existing = try self.existing(components) { return existing }
            let path = try self.canonical(components, creating: true)
            return try self.open(path ?? "")
        }
        recent = (key, directory)
        return directory
    }

    /// The same path without links, or nothing when there is no such directory. Makes nothing.
    func find(_ components: ArraySlice<RawName>) throws(ImageError) -> RawName? {
        try treeing("look for an entry") { () throws(Errno) in try self.canonical(components, creating: false) }
    }

    /// The upper directory of a path without links; nothing when the upper tree does not have it.
    func upperDirectory(_ path: RawName) throws(ImageError) -> Directory? {
        try treeing("look for an entry") { () throws(Errno) in try self.openIfThere(path) }
    }

    func hide(_ path: RawName) { hiddenNames.insert(path) }

    func makeOpaque(_ path: RawName) { opaqueDirectories.insert(path) }

    func setTime(_ path: RawName, _ time: FileTime) { times[path] = time }

    /// Call when something that paths may lead through was removed or replaced.
    func forgetRecent() { recent = nil }

    // MARK: - Resolving

    /// Most parents are plain directories that are there: one call finds them.
    private func existing(_ components: ArraySlice<RawName>) throws(Errno) -> Directory? {
        try openIfThere(components.joined())
    }

    private func openIfThere(_ path: RawName) throws(Errno) -> Directory? {
        do throws(Errno) { return try open(path) } catch {
            switch error.code {
            case ENOENT, ENOTDIR, ELOOP: return nil
            default: throw error
            }
        }
    }

    private func open(_ path: RawName) throws(Errno) -> Directory {
        Directory(path, try upper.open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY))
    }

    /// path_resolution(7), with the upper tree in front of the lower.
    private func canonical(_ components: ArraySlice<RawName>, creating: Bool) throws(Errno) -> RawName? {
        var path: [RawName] = []
        var pending = Array(components.reversed())
        var links = 0
        while let name = pending.popLast() {
            if name == ".." {
                _ = path.popLast()
                continue
            }
            switch try look(for: name, in: path[...].joined(), creating: creating) {
            case .directory: path.append(name)
            case .link(let target):
                links += 1
                guard links <= 40 else { throw Errno(ELOOP, "resolve \(components[...].joined())") }
                if target.bytes.first == UInt8(ascii: "/") { path = [] }
                pending += target.components.reversed()
            case .nothing: return nil
            }
        }
        return path[...].joined()
    }

    private enum Finding {
        case directory
        case link(RawName)
        case nothing
    }

    private func look(for name: RawName, in parent: RawName, creating: Bool) throws(Errno) -> Finding {
        let directory = try openIfThere(parent)
        if let directory, let status = try directory.descriptor.status(of: name) {
            switch status.kind {
            case .directory: return .directory
            case .symbolicLink: return .link(try directory.descriptor.readLink(name))
            default:
                if creating { throw Errno(ENOTDIR, "resolve \(parent.appending(name))") }
                return .nothing
            }
        }
        let below = try lowerDirectory(parent)
        let status = try below?.descriptor.status(of: name)
        if let below, status?.kind == .symbolicLink, !isHidden(parent, name) {
            return .link(try below.descriptor.readLink(name))
        }
        guard creating, let directory else {
            return status?.kind == .directory && !isHidden(parent, name) ? .directory : .nothing
        }
        try make(name, in: directory, like: status?.kind == .directory ? below : nil)
        return .directory
    }

    private func make(_ name: RawName, in parent: Directory, like below: Directory?) throws(Errno) {
        try parent.descriptor.makeDirectory(name, mode: 0o755)
        let made = try parent.descriptor.openDirectory(name)
        try made.setMode(0o755)
        guard let below else { return }
        let time = try adopt(try below.descriptor.openDirectory(name), made)
        setTime(parent.path.appending(name), time)
    }
}

extension ArraySlice<RawName> {
    /// With slashes between; empty for no components.
    func joined() -> RawName { reduce("") { $0.appending($1) } }
}

extension RawName {
    /// Between slashes, without empty ones and `.`.
    var components: [RawName] {
        bytes.split(separator: UInt8(ascii: "/")).compactMap { RawName($0) }.filter { $0 != "." }
    }
}

/// Runs system calls on names from an archive: what such a name can cause is the archive's fault, the rest is the disk's.
func treeing<R: ~Copyable>(_ doing: @autoclosure () -> String, _ body: () throws(Errno) -> R) throws(ImageError) -> R {
    do throws(Errno) { return try body() } catch {
        switch error.code {
        case ELOOP, ENAMETOOLONG, ENOTDIR, EINVAL, ENOENT:
            throw ImageError(.corrupt, "A layer cannot be unpacked: \(error).")
        default: throw ImageError(error, while: doing())
        }
    }
}
