import CMartletShims
import Glibc

/// A mount that is not attached anywhere: visible through its descriptor only, gone when that is closed, and so never
/// leaked, whatever happens to this process.
public struct DetachedMount: ~Copyable, Sendable {
    let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// A private copy of the mount that holds `directory`, rooted there.
    public static func clone(of directory: String) throws(Errno) -> DetachedMount {
        let raw = try retrying("open_tree \(directory)") { unsafe martlet_open_tree(AT_FDCWD, directory) }
        return DetachedMount(Descriptor(owning: raw))
    }

    /// Forbids devices, forbids writing when asked, and shows each file with its ids mapped through `namespace`.
    /// - Throws: `EINVAL` when the file system cannot be idmapped.
    public func restrict(readOnly: Bool, mappedTo namespace: borrowing UserNamespace) throws(Errno) {
        let map = namespace.descriptor.rawValue
        _ = try retrying("mount_setattr with an id map") {
            martlet_mount_restrict(descriptor.rawValue, map, readOnly ? 1 : 0)
        }
    }

    /// The same without a map.
    public func restrict(readOnly: Bool) throws(Errno) {
        _ = try retrying("mount_setattr") { martlet_mount_restrict(descriptor.rawValue, -1, readOnly ? 1 : 0) }
    }

    /// Attaches it at an existing directory; from then on it lives until it is unmounted.
    public consuming func attach(at path: String) throws(Errno) {
        _ = try retrying("move_mount to \(path)") {
            unsafe martlet_move_mount(descriptor.rawValue, AT_FDCWD, path)
        }
    }

    /// The directory at its top, for calls on names below it.
    public func openRoot() throws(Errno) -> Descriptor {
        try descriptor.open(".", O_RDONLY | O_DIRECTORY)
    }
}
