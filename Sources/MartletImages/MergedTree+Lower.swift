import Glibc
import MartletLinux

/// What the layers below have, and taking it over.
extension MergedTree {
    /// The lower directory of a path without links; nothing when there is none, or something else has its name.
    func lowerDirectory(_ path: RawName) throws(Errno) -> Directory? {
        guard lower != nil else { return nil }
        do throws(Errno) {
            return try openLower(path)
        } catch {
            switch error.code {
            case ENOENT, ENOTDIR, ELOOP: return nil
            default: throw error
            }
        }
    }

    private func openLower(_ path: RawName) throws(Errno) -> Directory? {
        guard let opened = try lower?.open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY) else { return nil }
        return Directory(path, opened)
    }

    /// What the layers below have under that name, whatever markers say.
    func lowerStatus(of name: RawName, in parent: RawName) throws(ImageError) -> FileStatus? {
        try treeing("look at the lower layers") { () throws(Errno) in
            try self.lowerDirectory(parent)?.descriptor.status(of: name)
        }
    }

    /// True when a marker seen so far hides the name, its directory, or one above.
    func isHidden(_ parent: RawName, _ name: RawName) -> Bool {
        hiddenNames.contains(parent.appending(name)) || isHiddenBelow(parent)
    }

    /// True when a marker seen so far hides what lower layers have in that directory.
    func isHiddenBelow(_ path: RawName) -> Bool {
        if hiddenNames.isEmpty && opaqueDirectories.isEmpty { return false }
        var part: RawName = ""
        if opaqueDirectories.contains(part) { return true }
        for component in path.components {
            part = part.appending(component)
            if hiddenNames.contains(part) || opaqueDirectories.contains(part) { return true }
        }
        return false
    }

    /// Gives `made` owner, mode and extended attributes of a lower file.
    /// - Returns: when that was changed last; to be set when nothing is written any more.
    func adopt(_ below: borrowing Descriptor, _ made: borrowing Descriptor) throws(Errno) -> FileTime {
        let status = try below.status()
        try made.setOwner(user: status.userID, group: status.groupID)
        try made.setMode(status.mode)
        for name in try below.extendedAttributeNames() where AttributeFilter.isAllowed(Array(name.bytes)) {
            if let value = try below.extendedAttribute(name) { try made.setExtendedAttribute(name, value) }
        }
        return status.modified
    }
}

/// What is done when all entries are there.
extension MergedTree {
    /// Dates the directories, which every file made in them has changed.
    func applyTimes() throws(ImageError) {
        for (path, time) in times {
            guard let directory = try upperDirectory(path) else { continue }
            try treeing("date a directory") { () throws(Errno) in try directory.descriptor.setModified(time) }
        }
    }

    /// Copies one lower file that is no directory, with all its attributes.
    func copy(
        _ name: RawName,
        _ status: FileStatus,
        from below: borrowing Descriptor,
        to upper: borrowing Descriptor
    ) throws(Errno) {
        switch status.kind {
        case .regular:
            let source = try below.open(name, O_RDONLY | O_NOFOLLOW)
            let made = try upper.open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            try made.copyContent(of: source)
            let time = try adopt(source, made)
            try made.setModified(time)
            return
        case .symbolicLink: try upper.makeSymbolicLink(name, to: try below.readLink(name))
        case .fifo: try upper.makeFIFO(name, mode: 0o600)
        case .directory, .socket, .characterDevice, .blockDevice: throw Errno(EINVAL, "copy \(name)")
        }
        try upper.setOwner(of: name, user: status.userID, group: status.groupID)
        if status.kind == .fifo { try upper.setMode(of: name, status.mode) }
        try upper.setModified(of: name, status.modified)
    }
}
