import CArchive

/// The uncompressed bytes of a stream whose compression is told by its first bytes, not by a name.
///
/// gzip: members one after another are one stream. zstd: the same with frames, skippable ones included; a window above
/// 128 MiB is refused, as libzstd does by default.
public final class Decompressor: ByteSource {
    public let compression: Compression
    private let source: Pushback
    private let handle: ArchiveHandle?
    private var isOpen = false
    private var atEnd = false

    /// Reads the first bytes of `source`, so it may block and throw as the source does.
    public init(_ source: any ByteSource) throws(ArchiveError) {
        var first: [UInt8] = []
        while first.count < 4 {
            let piece = try source.next()
            if piece.isEmpty { break }
            first += piece
        }
        let pushback = Pushback(first, then: source)
        (self.source, compression) = (pushback, Compression(detecting: first))
        guard compression != .none else {
            handle = nil
            return
        }
        let handle = try ArchiveHandle(reading: pushback)
        try handle.check(unsafe archive_read_support_format_raw(handle.raw))
        try handle.check(unsafe archive_read_support_format_empty(handle.raw))
        let code =
            compression == .gzip
            ? unsafe archive_read_support_filter_gzip(handle.raw)
            : unsafe archive_read_support_filter_zstd(handle.raw)
        try handle.check(code)
        self.handle = handle
    }

    public func next() throws(ArchiveError) -> [UInt8] {
        guard let handle else { return try source.next() }
        if !isOpen {
            isOpen = true
            try handle.open()
            atEnd = unsafe try handle.advance() == nil
        }
        while !atEnd {
            guard let block = try handle.nextBlock() else { break }
            if !block.bytes.isEmpty { return block.bytes }
        }
        atEnd = true
        return []
    }
}

/// A source whose first bytes were read already.
private final class Pushback: ByteSource {
    private var first: [UInt8]
    private let rest: any ByteSource

    init(_ first: [UInt8], then rest: any ByteSource) {
        (self.first, self.rest) = (first, rest)
    }

    func next() throws(ArchiveError) -> [UInt8] {
        guard !first.isEmpty else { return try rest.next() }
        defer { first = [] }
        return first
    }
}
