/// Bytes that arrive piece by piece, pulled by whoever reads them. May block its thread.
public protocol ByteSource: AnyObject {
    /// The next bytes; none only at the end.
    /// - Throws: `.sourceFailed` when the bytes cannot be had; the source itself knows more about why.
    func next() throws(ArchiveError) -> [UInt8]
}

/// Bytes that are already in memory, handed out in pieces.
public final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private let pieceSize: Int
    private var offset = 0

    public init(_ bytes: [UInt8], pieceSize: Int = 65_536) {
        self.bytes = bytes
        self.pieceSize = pieceSize
    }

    public func next() -> [UInt8] {
        let end = min(offset + pieceSize, bytes.count)
        defer { offset = end }
        return Array(bytes[offset..<end])
    }
}
