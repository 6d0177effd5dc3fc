import Glibc
import MartletLinux

/// The steps that make one root file system. Blocks its thread.
struct RootFSMount: Sendable {
    let directory: String
    /// Directories, topmost first; none of them is ever written to.
    let lowers: [String]
    let ids: IDRange

    var root: String { "\(directory)/rootfs" }
    private var upper: String { "\(directory)/diff" }
    private var work: String { "\(directory)/workdir" }

    func make(record: RootFSRecord) throws(Errno) {
        try makeDirectories(record)
        let namespace = try UserNamespace(ids)
        var overlay = try OverlayMount()
        for lower in lowers {
            let layer = try DetachedMount.clone(of: lower)
            try layer.restrict(readOnly: true, mappedTo: namespace)
            try overlay.addLower(layer)
        }
        try overlay.setUpper(upper, work: work)
        try overlay.mount().attach(at: root)
    }

    /// The container's own root, nobody on the host, must be able to pass `directory`, and owns the upper directory, which
    /// looks like the image's root.
    private func makeDirectories(_ record: RootFSRecord) throws(Errno) {
        try Files.makeDirectories(directory)
        try Descriptor.open(directory, O_RDONLY | O_DIRECTORY).setMode(0o711)
        try Files.replace("\(directory)/\(RootFSRecord.fileName)", with: record.encoded())
        for path in [root, upper, work] { try Files.makeDirectories(path) }
        for path in [upper, work] {
            let opened = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
            try opened.setOwner(user: ids.base, group: ids.base)
            try opened.setMode(0o755)
        }
        guard let top = lowers.first else { return }
        try copyRootAttributes(from: top)
    }

    /// Overlay shows the attributes of the topmost directory, which for the root is always the upper one.
    private func copyRootAttributes(from lower: String) throws(Errno) {
        let status = try Descriptor.open(lower, O_RDONLY | O_DIRECTORY).status()
        let opened = try Descriptor.open(upper, O_RDONLY | O_DIRECTORY)
        if status.userID < ids.size, status.groupID < ids.size {
            try opened.setOwner(user: ids.base + status.userID, group: ids.base + status.groupID)
        }
        try opened.setMode(status.mode)
        try opened.setModified(status.modified)
    }
}
