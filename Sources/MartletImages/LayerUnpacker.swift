import Glibc
import MartletArchive
import MartletLinux
import MartletLog

/// Turns a tar stream into a directory that holds what the layer changes, in the form that overlay wants.
///
/// The rules are those of OCI image layers and of the tar dialects; where the reference implementations differ, the
/// result does not depend on the order of entries. Blocks its thread.
final class LayerUnpacker {
    let tree: MergedTree
    let limits: LayerLimits
    private let log: Log
    private let filter: AttributeFilter
    /// Bytes of files, holes not counted.
    private(set) var dataSize: Int64 = 0
    private var entryCount = 0
    private var skippedDevices = 0
    private var warnedOfIDs = false
    /// Hard links whose target has not come yet, by the path of the link.
    var pendingLinks: [RawName: PendingLink] = [:]
    /// In the order of the archive.
    var whiteouts: [(parent: ArraySlice<RawName>, name: RawName)] = []
    var opaques: [ArraySlice<RawName>] = []

    struct PendingLink {
        let path: EntryPath
        let target: EntryPath
        /// The link's name holds data that shall replace the target's.
        let hasData: Bool
    }

    init(_ tree: MergedTree, limits: LayerLimits, log: Log) {
        (self.tree, self.limits, self.log) = (tree, limits, log)
        filter = AttributeFilter(limits: limits)
    }

    /// Unpacks all entries. The stream may hold more bytes after the archive's end.
    func run(_ source: any ByteSource) throws(ImageError) {
        let reader = try reading { () throws(ArchiveError) in try TarReader(source) }
        while let entry = try reading({ () throws(ArchiveError) in try reader.nextEntry() }) {
            entryCount += 1
            guard entryCount <= limits.entries else {
                throw ImageError(.tooLarge, "A layer has more than \(limits.entries) entries.")
            }
            try unpack(entry, reader)
        }
        try finish()
        if skippedDevices > 0 { log(.info, "devices in a layer skipped", ["count": "\(skippedDevices)"]) }
    }

    private func unpack(_ entry: TarEntry, _ reader: TarReader) throws(ImageError) {
        let path = try EntryPath(entry.path, limits: limits)
        switch try EntryMarker(path) {
        case .ignored: return
        case .opaque: return try noteOpaque(path.parent)
        case .whiteout(let name): return try noteWhiteout(path.parent, name)
        case .none: break
        }
        guard let name = path.components.last else { return try unpackRoot(entry) }
        switch entry.kind {
        case .directory: try unpackDirectory(entry, path, name)
        case .regular where path.endsWithSlash: try unpackDirectory(entry, path, name)
        case .regular: try unpackFile(entry, path, name, reader)
        case .symbolicLink(let target): try unpackSymbolicLink(entry, path, name, target)
        case .hardLink(let target): try unpackHardLink(entry, path, EntryPath(target, limits: limits), reader)
        case .fifo: try unpackFIFO(entry, path, name)
        case .characterDevice, .blockDevice: skippedDevices += 1
        case .socket: break
        }
    }

    /// Counts bytes that were written beside an entry's own data.
    func addData(_ count: Int64) { dataSize += count }

    func reading<R>(_ body: () throws(ArchiveError) -> R) throws(ImageError) -> R {
        do throws(ArchiveError) { return try body() } catch {
            throw ImageError(.corrupt, "A layer cannot be read: \(error).")
        }
    }

    // MARK: - Attributes

    /// Owner, then mode, then extended attributes: a change of owner clears set-id bits and capabilities.
    func apply(_ entry: TarEntry, to file: borrowing Descriptor) throws(ImageError) {
        let (user, group) = try owner(entry)
        let attributes = try filter.kept(entry.extendedAttributes)
        try treeing("set the attributes of a file") { () throws(Errno) in
            try file.setOwner(user: user, group: group)
            try file.setMode(mode_t(entry.mode))
            for attribute in attributes { try self.set(attribute.name, attribute.value, on: file) }
        }
    }

    private func set(_ name: RawName, _ value: [UInt8], on file: borrowing Descriptor) throws(Errno) {
        do throws(Errno) { try file.setExtendedAttribute(name, value) } catch {
            guard error.code == ENOTSUP, name.bytes.starts(with: "user.".utf8) else { throw error }
            log(.warning, "extended attribute not kept", ["name": name.text])
        }
    }

    func owner(_ entry: TarEntry) throws(ImageError) -> (user: UInt32, group: UInt32) {
        guard let user = UInt32(exactly: entry.userID), let group = UInt32(exactly: entry.groupID),
            max(user, group) < UInt32.max
        else { throw ImageError(.corrupt, "A layer has a file with an impossible owner.") }
        if max(user, group) >= 65_536, !warnedOfIDs {
            warnedOfIDs = true
            log(.warning, "a layer has owners above 65535, who are nobody in a container")
        }
        return (user, group)
    }

    func time(_ entry: TarEntry) -> FileTime {
        FileTime(seconds: entry.modifiedSeconds, nanoseconds: entry.modifiedNanoseconds)
    }

    /// Writes the entry's data, holes left as holes, and gives the file its length.
    func writeData(of entry: TarEntry, from reader: TarReader, to file: borrowing Descriptor) throws(ImageError) {
        guard (0...limits.fileSize).contains(entry.size) else {
            throw ImageError(.tooLarge, "A layer has a file of \(entry.size) bytes.")
        }
        var end: Int64 = 0
        while let block = try reading({ () throws(ArchiveError) in try reader.nextBlock() }) {
            guard !block.bytes.isEmpty else { continue }
            dataSize += Int64(block.bytes.count)
            end = block.offset + Int64(block.bytes.count)
            try treeing("write a file") { () throws(Errno) in try file.writeAll(block.bytes, at: block.offset) }
        }
        guard end < entry.size else { return }
        try treeing("write a file") { () throws(Errno) in try file.setSize(entry.size) }
    }
}
