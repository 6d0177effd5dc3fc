import MartletLinux

/// What the name of an entry says beside being a name (OCI image layer specification, "Whiteouts").
enum EntryMarker: Hashable, Sendable {
    case none
    /// `.wh.NAME`: NAME of lower layers is hidden.
    case whiteout(RawName)
    /// `.wh..wh..opq`: everything lower in this directory is hidden.
    case opaque
    /// Book-keeping of auFS, such as `.wh..wh.plnk`: neither a file nor a marker for us.
    case ignored

    private static let prefix = Array(".wh.".utf8)
    private static let bookkeeping = Array(".wh..wh.".utf8)
    private static let opaqueName = RawName(".wh..wh..opq")

    /// Only the last component can be a marker, and only at its beginning.
    /// - Throws: `.corrupt` for a marker that names nothing, this directory or its parent, or stands for a directory of
    ///   another entry.
    init(_ path: EntryPath) throws(ImageError) {
        for (index, name) in path.components.enumerated() where name.bytes.starts(with: Self.prefix) {
            let isLast = index == path.components.count - 1
            if isLast, name == Self.opaqueName {
                self = .opaque
                return
            }
            if name.bytes.starts(with: Self.bookkeeping) {
                self = .ignored
                return
            }
            guard isLast, let target = RawName(name.bytes.dropFirst(Self.prefix.count)),
                !target.isEmpty, target != ".", target != ".."
            else { throw ImageError(.corrupt, "A layer has an impossible whiteout.") }
            self = .whiteout(target)
            return
        }
        self = .none
    }
}
