import Glibc
import MartletLinux

/// Whiteouts and opaque directories: remembered while entries come, made into overlay's form at the end, and only where
/// there is something below to hide.
extension LayerUnpacker {
    private static let opaque: RawName = "trusted.overlay.opaque"

    func noteWhiteout(_ parent: ArraySlice<RawName>, _ name: RawName) throws(ImageError) {
        whiteouts.append((parent, name))
        guard let path = try tree.find(parent) else { return }
        tree.hide(path.appending(name))
        tree.forgetRecent()
    }

    func noteOpaque(_ directory: ArraySlice<RawName>) throws(ImageError) {
        opaques.append(directory)
        guard let path = try tree.find(directory) else { return }
        tree.makeOpaque(path)
        tree.forgetRecent()
    }

    /// Everything that can only be done when all entries are there.
    func finish() throws(ImageError) {
        try resolvePendingLinks()
        for directory in opaques { try applyOpaque(directory) }
        for (parent, name) in whiteouts { try applyWhiteout(parent, name) }
        try tree.applyTimes()
    }

    private func applyWhiteout(_ parent: ArraySlice<RawName>, _ name: RawName) throws(ImageError) {
        guard let path = try tree.find(parent), !tree.isHiddenBelow(path) else { return }
        try cover(name, in: path)
    }

    private func applyOpaque(_ directory: ArraySlice<RawName>) throws(ImageError) {
        guard let path = try tree.find(directory) else { return }
        let names = try treeing("hide a directory") { () throws(Errno) -> [RawName]? in
            guard let below = try self.tree.lowerDirectory(path) else { return nil }
            return path.isEmpty ? try below.descriptor.names() : []
        }
        guard let names else { return }
        // The root of an overlay always shows all layers, so there each name is hidden by itself.
        for name in names { try cover(name, in: path) }
        if !path.isEmpty { try markOpaque(tree.directory(path.components[...])) }
    }

    /// Hides what lower layers have under a name; what this layer has there stays.
    private func cover(_ name: RawName, in path: RawName) throws(ImageError) {
        guard let below = try tree.lowerStatus(of: name, in: path) else { return }
        let parent = try tree.directory(path.components[...])
        let own = try treeing("hide a file") { () throws(Errno) in try parent.descriptor.status(of: name) }
        switch own?.kind {
        case nil: try treeing("hide a file") { () throws(Errno) in try parent.descriptor.makeWhiteout(name) }
        case .directory where below.kind == .directory:
            try markOpaque(tree.directory((path.components + [name])[...]))
        default: break
        }
    }

    private func markOpaque(_ directory: MergedTree.Directory) throws(ImageError) {
        try treeing("hide a directory") { () throws(Errno) in
            try directory.descriptor.setExtendedAttribute(Self.opaque, Array("y".utf8))
        }
    }
}
