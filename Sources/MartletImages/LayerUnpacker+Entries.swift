import Glibc
import MartletArchive
import MartletLinux

/// What each type of entry becomes.
extension LayerUnpacker {
    func unpackRoot(_ entry: TarEntry) throws(ImageError) {
        switch entry.kind {
        case .directory: break
        case .regular where entry.size == 0 && entry.path.last == UInt8(ascii: "/"): break
        default: throw ImageError(.corrupt, "A layer wants its root to be something else than a directory.")
        }
        try apply(entry, to: tree.upper)
        tree.setTime("", time(entry))
    }

    func unpackDirectory(_ entry: TarEntry, _ path: EntryPath, _ name: RawName) throws(ImageError) {
        let parent = try tree.directory(path.parent)
        let status = try treeing("look for a directory") { () throws(Errno) in try parent.descriptor.status(of: name) }
        if let status, status.kind != .directory {
            // In lower layers the name is hidden by what stood here before; the new directory must not show it again.
            if try tree.lowerStatus(of: name, in: parent.path)?.kind == .directory {
                opaques.append(parent.path.components[...] + [name])
            }
        }
        if status?.kind != .directory {
            try clear(name, in: parent)
            try treeing("make a directory") { () throws(Errno) in try parent.descriptor.makeDirectory(name, mode: 0o700)
            }
        }
        let made = try treeing("make a directory") { () throws(Errno) in try parent.descriptor.openDirectory(name) }
        try apply(entry, to: made)
        tree.setTime(parent.path.appending(name), time(entry))
    }

    func unpackFile(
        _ entry: TarEntry,
        _ path: EntryPath,
        _ name: RawName,
        _ reader: TarReader
    ) throws(ImageError) {
        let parent = try tree.directory(path.parent)
        let file = try makeFile(name, in: parent)
        try writeData(of: entry, from: reader, to: file)
        try apply(entry, to: file)
        try treeing("date a file") { () throws(Errno) in try file.setModified(self.time(entry)) }
    }

    /// An empty file of its own, whatever had the name before; never through a link.
    func makeFile(_ name: RawName, in parent: MergedTree.Directory) throws(ImageError) -> Descriptor {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        if pendingLinks.isEmpty, let file = try? parent.descriptor.open(name, flags, mode: 0o600) { return file }
        try clear(name, in: parent)
        return try treeing("make a file") { () throws(Errno) in
            try parent.descriptor.open(name, flags, mode: 0o600)
        }
    }

    func unpackSymbolicLink(
        _ entry: TarEntry,
        _ path: EntryPath,
        _ name: RawName,
        _ target: [UInt8]
    ) throws(ImageError) {
        guard let target = RawName(target), !target.isEmpty else {
            throw ImageError(.corrupt, "A layer has a symbolic link to nothing.")
        }
        let parent = try tree.directory(path.parent)
        let (user, group) = try owner(entry)
        try clear(name, in: parent)
        try treeing("make a symbolic link") { () throws(Errno) in
            try parent.descriptor.makeSymbolicLink(name, to: target)
            try parent.descriptor.setOwner(of: name, user: user, group: group)
            try parent.descriptor.setModified(of: name, self.time(entry))
        }
    }

    func unpackFIFO(_ entry: TarEntry, _ path: EntryPath, _ name: RawName) throws(ImageError) {
        let parent = try tree.directory(path.parent)
        let (user, group) = try owner(entry)
        try clear(name, in: parent)
        try treeing("make a fifo") { () throws(Errno) in
            try parent.descriptor.makeFIFO(name, mode: 0o600)
            try parent.descriptor.setOwner(of: name, user: user, group: group)
            try parent.descriptor.setMode(of: name, mode_t(entry.mode))
            try parent.descriptor.setModified(of: name, self.time(entry))
        }
    }

    /// Makes a name free. What this layer had there goes; what lower layers have is hidden by what comes.
    func clear(_ name: RawName, in parent: MergedTree.Directory) throws(ImageError) {
        let path = parent.path.appending(name)
        pendingLinks[path] = nil
        let status = try treeing("replace an entry") { () throws(Errno) in try parent.descriptor.status(of: name) }
        guard let status else { return }
        if status.kind == .directory {
            let prefix = path.bytes + [UInt8(ascii: "/")]
            pendingLinks = pendingLinks.filter { !$0.key.bytes.starts(with: prefix) }
        }
        tree.forgetRecent()
        try treeing("replace an entry") { () throws(Errno) in try parent.descriptor.removeTree(name) }
    }
}
