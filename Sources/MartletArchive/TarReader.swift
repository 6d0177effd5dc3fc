import CArchive
import CMartletShims

/// Reads the entries of an uncompressed tar stream: ustar, pax, GNU and old ones, sparse files included.
///
/// It stops at the end marker and does not read what follows; who wants to hash the whole stream reads the rest of the
/// source afterwards. An empty stream is an archive without entries.
public final class TarReader {
    private let handle: ArchiveHandle
    private var isOpen = false

    public init(_ source: any ByteSource) throws(ArchiveError) {
        handle = try ArchiveHandle(reading: source)
        try handle.check(unsafe archive_read_support_format_tar(handle.raw))
        try handle.check(unsafe archive_read_support_format_empty(handle.raw))
    }

    /// The next header; data of the entry before that was not read is skipped. Nothing at the end of the archive.
    public func nextEntry() throws(ArchiveError) -> TarEntry? {
        if !isOpen {
            try handle.open()
            isOpen = true
        }
        guard let raw = unsafe try handle.advance() else { return nil }
        return unsafe try Self.entry(raw)
    }

    /// The next piece of data of the entry read last; nothing at its end.
    public func nextBlock() throws(ArchiveError) -> TarBlock? {
        try handle.nextBlock()
    }

    private static func entry(_ raw: OpaquePointer) throws(ArchiveError) -> TarEntry {
        guard let path = unsafe bytes(archive_entry_pathname(raw)) else { throw .corrupt("an entry without a name") }
        var entry = TarEntry(path: path, kind: unsafe kind(raw))
        entry.mode = unsafe UInt32(archive_entry_perm(raw)) & 0o7777
        entry.userID = unsafe archive_entry_uid(raw)
        entry.groupID = unsafe archive_entry_gid(raw)
        entry.size = unsafe archive_entry_size(raw)
        entry.modifiedSeconds = unsafe Int64(archive_entry_mtime(raw))
        entry.modifiedNanoseconds = unsafe min(max(Int(archive_entry_mtime_nsec(raw)), 0), 999_999_999)
        entry.extendedAttributes = unsafe extendedAttributes(raw)
        return entry
    }

    private static func kind(_ raw: OpaquePointer) -> TarEntry.Kind {
        // A hard link has no file type of its own in libarchive.
        if let target = unsafe bytes(archive_entry_hardlink(raw)) { return .hardLink(target) }
        switch unsafe UInt32(archive_entry_filetype(raw)) {
        case MARTLET_AE_IFDIR: return .directory
        case MARTLET_AE_IFLNK: return .symbolicLink(unsafe bytes(archive_entry_symlink(raw)) ?? [])
        case MARTLET_AE_IFIFO: return .fifo
        case MARTLET_AE_IFSOCK: return .socket
        case MARTLET_AE_IFCHR: return .characterDevice
        case MARTLET_AE_IFBLK: return .blockDevice
        default: return .regular
        }
    }

    private static func extendedAttributes(_ raw: OpaquePointer) -> [TarEntry.ExtendedAttribute] {
        var attributes: [TarEntry.ExtendedAttribute] = []
        unsafe archive_entry_xattr_reset(raw)
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var count = 0
        while unsafe archive_entry_xattr_next(raw, &name, &value, &count) == ARCHIVE_OK {
            guard let name = unsafe bytes(name) else { continue }
            let value = unsafe Array(UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : count))
            attributes.append(TarEntry.ExtendedAttribute(name: name, value: value))
        }
        return attributes
    }

    private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8]? {
        guard var next = unsafe text else { return nil }
        var bytes: [UInt8] = []
        while unsafe next.pointee != 0 {
            bytes.append(UInt8(bitPattern: unsafe next.pointee))
            unsafe next += 1
        }
        return bytes
    }
}
