/// One header of a tar stream, all dialects alike. Nothing in it has been checked: paths may try anything.
public struct TarEntry: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case regular, directory
        /// The target as in the archive.
        case symbolicLink([UInt8])
        /// The path of another entry. There may be data, which replaces that file's content.
        case hardLink([UInt8])
        case fifo, socket, characterDevice, blockDevice
    }

    /// Bytes as in the archive, up to the first NUL; the extensions of pax and GNU win over the header.
    public var path: [UInt8]
    public var kind: Kind
    /// Permission, set-id and sticky bits only (`07777`).
    public var mode: UInt32
    public var userID: Int64
    public var groupID: Int64
    /// Bytes of the file when unpacked, holes included.
    public var size: Int64
    /// Seconds since the Unix epoch; negative before.
    public var modifiedSeconds: Int64
    /// Counted forward from `modifiedSeconds`, `0..<1_000_000_000`.
    public var modifiedNanoseconds: Int
    /// In the order of the archive; a name may occur twice.
    public var extendedAttributes: [ExtendedAttribute]

    public struct ExtendedAttribute: Hashable, Sendable {
        public let name: [UInt8]
        public let value: [UInt8]

        public init(name: [UInt8], value: [UInt8]) {
            (self.name, self.value) = (name, value)
        }
    }

    public init(path: [UInt8], kind: Kind) {
        (self.path, self.kind) = (path, kind)
        (mode, userID, groupID, size) = (0, 0, 0, 0)
        (modifiedSeconds, modifiedNanoseconds) = (0, 0)
        extendedAttributes = []
    }
}

/// A piece of an entry's data. Between pieces there may be holes.
public struct TarBlock: Hashable, Sendable {
    /// From the start of the file.
    public let offset: Int64
    public let bytes: [UInt8]
}
