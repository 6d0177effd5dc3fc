import CMartletShims

/// A user namespace that exists only to carry a mapping of ids: `0..<size` inside are `base..<base+size` on the host.
///
/// No process lives in it; the descriptor keeps it alive. It is what idmapped mounts are told to use.
public struct UserNamespace: ~Copyable, Sendable {
    let descriptor: Descriptor

    /// - Throws: `EPERM` without `CAP_SETUID` and `CAP_SETGID` on the host, `ENOSPC` when the kernel's limit of
    ///   namespaces is reached.
    public init(_ range: IDRange) throws(Errno) {
        let raw = try retrying("user namespace for ids from \(range.base)") {
            martlet_user_namespace(range.base, range.size)
        }
        descriptor = Descriptor(owning: raw)
    }
}
