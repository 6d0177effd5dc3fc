import Glibc

/// Whether this kernel can do what root file systems of containers are made of. Probed by doing it, not by version.
public enum OverlaySupport: Hashable, Sendable {
    case available
    /// What failed, and what would help.
    case missing(String)

    /// Mounts a tiny idmapped overlay, never attached, in a directory of its own below `directory`. Blocks its thread.
    public static func probe(in directory: String) -> OverlaySupport {
        let place = "\(directory)/probe.\(getpid())"
        do throws(Errno) {
            try Files.makeDirectories(place)
            defer { remove(place, from: directory) }
            try mount(in: place)
            return .available
        } catch {
            return .missing(
                "overlay on idmapped layers is not possible in \(directory): \(error); it needs root, Linux 5.19 or"
                    + " later, and a file system that supports idmapped mounts (ext4, XFS, btrfs, tmpfs)"
            )
        }
    }

    private static func mount(in place: String) throws(Errno) {
        for name in ["lower", "upper", "work"] { try Files.makeDirectories("\(place)/\(name)") }
        let range = IDRange(base: 65_536)
        let namespace = try UserNamespace(range)
        let layer = try DetachedMount.clone(of: "\(place)/lower")
        try layer.restrict(readOnly: true, mappedTo: namespace)
        for name in ["upper", "work"] {
            try Descriptor.open("\(place)/\(name)", O_RDONLY | O_DIRECTORY).setOwner(
                user: range.base,
                group: range.base
            )
        }
        var overlay = try OverlayMount()
        try overlay.addLower(layer)
        try overlay.setUpper("\(place)/upper", work: "\(place)/work")
        let root = try overlay.mount().openRoot().status()
        guard root.userID == range.base else { throw Errno(EOVERFLOW, "owner \(root.userID) of an idmapped root") }
    }

    /// Best effort: what stays is a few empty directories, which the next opening of the store removes.
    private static func remove(_ place: String, from directory: String) {
        guard let name = place.split(separator: "/").last else { return }
        try? Descriptor.open(directory, O_RDONLY | O_DIRECTORY).removeTree(RawName(String(name)))
    }
}
