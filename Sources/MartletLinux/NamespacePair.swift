import CMartletShims
import Glibc

/// A user namespace and the network namespace it owns, made ahead of the container that joins them.
///
/// They are made together because sysfs may only be mounted by the user namespace that owns the network namespace.
public struct NamespacePair: ~Copyable, Sendable {
    public let user: Descriptor
    public let network: Descriptor

    /// Both namespaces live as long as something holds them: a descriptor, a bound file or a process.
    public init(idRange: IDRange) throws(Errno) {
        var user: Int32 = -1
        var network: Int32 = -1
        var step: UnsafePointer<CChar>?
        let error = unsafe martlet_namespace_pair(idRange.base, idRange.size, &user, &network, &step)
        guard error == 0 else {
            let what = unsafe step.map { unsafe String(cString: $0) } ?? "start"
            throw Errno(error, "make namespaces: \(what)")
        }
        self.user = Descriptor(owning: user)
        self.network = Descriptor(owning: network)
    }

    /// Gives a namespace a name in the file system, which keeps it alive until the name is removed.
    public static func bind(_ namespace: borrowing Descriptor, to path: String) throws(Errno) {
        _ = try Descriptor.open(path, O_RDONLY | O_CREAT | O_EXCL, mode: 0o600)
        let source = "/proc/self/fd/\(namespace.rawValue)"
        try retrying("bind namespace to \(path)") { unsafe mount(source, path, nil, UInt(MS_BIND), nil) }
    }

    /// Removes the name; a missing one is fine. The kernel frees the namespace some time after its last holder.
    public static func unbind(_ path: String) throws(Errno) {
        while unsafe umount2(path, Int32(MNT_DETACH)) == 0 {}
        guard errno == EINVAL || errno == ENOENT else { throw .last("unmount \(path)") }
        try Files.removeFile(path)
    }
}
