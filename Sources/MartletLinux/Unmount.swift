import Glibc

/// Detaching what was mounted.
public enum Unmount {
    /// Unmounts `path`. Not a mount, or no such directory, is success; while it is busy, tries again up to 50 times, 100 ms
    /// apart, and then detaches it lazily, so that it goes when its last user does. Blocks its thread.
    ///
    /// Never follows a symbolic link at the end of `path`.
    public static func detach(_ path: String, attempts: Int = 50) throws(Errno) {
        for _ in 0..<attempts {
            if unsafe umount2(path, Int32(UMOUNT_NOFOLLOW)) == 0 { return }
            switch errno {
            case EINVAL, ENOENT: return
            case EBUSY: usleep(100_000)
            case EINTR: continue
            default: throw .last("umount \(path)")
            }
        }
        guard unsafe umount2(path, Int32(UMOUNT_NOFOLLOW) | Int32(MNT_DETACH)) == 0 || errno == EINVAL else {
            throw .last("umount -l \(path)")
        }
    }
}
