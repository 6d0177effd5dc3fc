public import Glibc

/// What `fstatat` says about a file, without following a symbolic link.
public struct FileStatus: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case regular, directory, symbolicLink, fifo, socket, characterDevice, blockDevice
    }

    public let kind: Kind
    /// Permission, set-id and sticky bits only (`07777`).
    public let mode: mode_t
    public let userID: UInt32
    public let groupID: UInt32
    /// Bytes; of a symbolic link the length of its target.
    public let size: Int64
    /// What the file takes on disk, in units of 512 bytes.
    public let blocks: Int64
    public let modified: FileTime
    /// Of a device: its number; 0 for others. A character device 0 is an overlay whiteout.
    public let deviceNumber: UInt64
    /// Which file it is: equal for hard links of one file.
    public let identity: Identity

    public struct Identity: Hashable, Sendable {
        public let device: UInt64
        public let inode: UInt64
    }

    init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            case S_IFIFO: .fifo
            case S_IFSOCK: .socket
            case S_IFCHR: .characterDevice
            case S_IFBLK: .blockDevice
            default: .regular
            }
        mode = status.st_mode & 0o7777
        userID = status.st_uid
        groupID = status.st_gid
        size = Int64(status.st_size)
        blocks = Int64(status.st_blocks)
        modified = FileTime(seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int(status.st_mtim.tv_nsec))
        deviceNumber = UInt64(status.st_rdev)
        identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }

    /// True for the character device 0:0 with which overlay hides a lower name.
    public var isWhiteout: Bool { kind == .characterDevice && deviceNumber == 0 }
}

/// A file's time: wider than `Timestamp`, because a file may be dated far outside the years that 64-bit nanoseconds hold.
public struct FileTime: Hashable, Sendable {
    /// Since the Unix epoch; negative before.
    public let seconds: Int64
    /// `0..<1_000_000_000`, counted forward from `seconds`.
    public let nanoseconds: Int

    public init(seconds: Int64, nanoseconds: Int) {
        precondition((0..<1_000_000_000).contains(nanoseconds), "nanoseconds out of range: \(nanoseconds)")
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }
}
