import Glibc
import MartletArchive
import MartletLinux

/// Hard links: to files that are there, that come later, and that only lower layers have.
extension LayerUnpacker {
    func unpackHardLink(
        _ entry: TarEntry,
        _ path: EntryPath,
        _ target: EntryPath,
        _ reader: TarReader
    ) throws(ImageError) {
        guard !target.isRoot, let name = path.components.last else {
            throw ImageError(.corrupt, "A layer has a hard link to its root.")
        }
        let hasData = entry.size > 0
        if !hasData, try link(path, to: target) { return }
        let parent = try tree.directory(path.parent)
        if hasData {
            let file = try makeFile(name, in: parent)
            try writeData(of: entry, from: reader, to: file)
        } else {
            try clear(name, in: parent)
        }
        let pending = PendingLink(path: path, target: target, hasData: hasData)
        if hasData, try replaceTarget(pending) { return }
        pendingLinks[parent.path.appending(name)] = pending
    }

    /// Makes the links whose target came after them, or is only in lower layers, from where it is copied up.
    func resolvePendingLinks() throws(ImageError) {
        while !pendingLinks.isEmpty {
            let before = pendingLinks.count
            for (key, pending) in pendingLinks.sorted(by: { $0.key < $1.key }) where try resolve(pending) {
                pendingLinks[key] = nil
            }
            guard pendingLinks.count == before else { continue }
            try copyUpOneTarget()
        }
    }

    private func resolve(_ pending: PendingLink) throws(ImageError) -> Bool {
        pending.hasData ? try replaceTarget(pending) : try link(pending.path, to: pending.target)
    }

    private func copyUpOneTarget() throws(ImageError) {
        let links = pendingLinks.sorted { $0.key < $1.key }
        for (_, pending) in links where try copyUp(pending.target) { return }
        guard let (path, pending) = links.first else { return }
        throw ImageError(
            .corrupt,
            "A layer has a hard link \(path) to \(pending.target.components[...].joined()), which does not exist."
        )
    }

    /// - Returns: false when this layer does not have the target.
    private func link(_ path: EntryPath, to target: EntryPath) throws(ImageError) -> Bool {
        guard let found = try find(target), let name = path.components.last else { return false }
        let parent = try tree.directory(path.parent)
        let there = try treeing("make a hard link") { () throws(Errno) in try parent.descriptor.status(of: name) }
        if there?.identity == found.status.identity { return true }
        try clear(name, in: parent)
        try treeing("make a hard link") { () throws(Errno) in
            try found.directory.descriptor.link(found.name, to: parent.descriptor, as: name)
        }
        return true
    }

    /// Gives the target the data that came with the link, and makes the link.
    private func replaceTarget(_ pending: PendingLink) throws(ImageError) -> Bool {
        guard let found = try find(pending.target), let name = pending.path.components.last else { return false }
        let parent = try tree.directory(pending.path.parent)
        guard found.status.kind == .regular else {
            throw ImageError(.corrupt, "A layer has a hard link with data to something that is no file.")
        }
        try treeing("replace the data of a hard link") { () throws(Errno) in
            let data = try parent.descriptor.open(name, O_RDONLY | O_NOFOLLOW)
            let file = try found.directory.descriptor.open(found.name, O_WRONLY | O_NOFOLLOW)
            if try data.status().identity == found.status.identity { return }
            try file.setSize(0)
            try file.copyContent(of: data)
            try file.setModified(found.status.modified)
        }
        return try link(pending.path, to: pending.target)
    }

    private typealias Found = (directory: MergedTree.Directory, name: RawName, status: FileStatus)

    /// - Throws: `.corrupt` for a directory, which cannot be linked.
    private func find(_ target: EntryPath) throws(ImageError) -> Found? {
        guard let name = target.components.last, let parent = try tree.find(target.parent),
            let directory = try tree.upperDirectory(parent),
            let status = try treeing(
                "find a link's target",
                { () throws(Errno) in
                    try directory.descriptor.status(of: name)
                }
            )
        else { return nil }
        guard status.kind != .directory else { throw Self.linkToDirectory }
        return (directory, name, status)
    }

    private static var linkToDirectory: ImageError {
        ImageError(.corrupt, "A layer has a hard link to a directory.")
    }

    /// Copies a file of the lower layers into this one, so that it can be linked.
    /// - Returns: false when the lower layers do not have it.
    private func copyUp(_ target: EntryPath) throws(ImageError) -> Bool {
        guard let name = target.components.last, let path = try tree.find(target.parent),
            !tree.isHidden(path, name), let status = try tree.lowerStatus(of: name, in: path)
        else { return false }
        guard status.kind != .directory else { throw Self.linkToDirectory }
        let parent = try tree.directory(path.components[...])
        try treeing("copy a file of a lower layer") { () throws(Errno) in
            guard let below = try self.tree.lowerDirectory(path) else { return }
            try self.tree.copy(name, status, from: below.descriptor, to: parent.descriptor)
        }
        addData(status.kind == .regular ? status.size : 0)
        return true
    }
}
