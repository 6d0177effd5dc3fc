import CArchive

/// One libarchive reader, and the bytes it is fed with. Frees the reader when it goes.
///
/// archive_read(3), archive_read_open(3).
@safe final class ArchiveHandle {
    let raw: OpaquePointer
    private let feed: Feed

    init(reading source: any ByteSource) throws(ArchiveError) {
        guard let raw = unsafe archive_read_new() else { throw .outOfMemory }
        unsafe self.raw = raw
        feed = Feed(source)
    }

    deinit { unsafe archive_read_free(raw) }

    /// Call once, after the formats and filters are chosen.
    func open() throws(ArchiveError) {
        let context = unsafe Unmanaged.passUnretained(feed).toOpaque()
        // The feed is freed only after `archive_read_free`, the last that may call back.
        let code = unsafe archive_read_open(
            raw,
            context,
            nil,
            { _, context, buffer in
                guard let context = unsafe context, let buffer = unsafe buffer else { return -1 }
                return unsafe Unmanaged<Feed>.fromOpaque(context).takeUnretainedValue().refill(buffer)
            },
            nil
        )
        try check(code)
    }

    /// Goes to the next entry; false at the end.
    ///
    /// A warning is not a failure: it says that a name cannot be turned into text, and names are read as bytes.
    func advance() throws(ArchiveError) -> OpaquePointer? {
        var entry: OpaquePointer?
        let code = unsafe archive_read_next_header(raw, &entry)
        if code == ARCHIVE_EOF { return nil }
        try check(code)
        return unsafe entry
    }

    /// The next piece of the current entry and where it belongs; nothing at its end.
    func nextBlock() throws(ArchiveError) -> TarBlock? {
        var base: UnsafeRawPointer?
        var (count, offset) = (0, Int64(0))
        let code = unsafe archive_read_data_block(raw, &base, &count, &offset)
        if code == ARCHIVE_EOF { return nil }
        try check(code)
        let bytes = unsafe UnsafeRawBufferPointer(start: base, count: count)
        return unsafe TarBlock(offset: offset, bytes: Array(bytes))
    }

    /// The one place where a return code becomes an error.
    func check(_ code: Int32) throws(ArchiveError) {
        guard code != ARCHIVE_OK && code != ARCHIVE_WARN else { return }
        if let failure = feed.failure { throw failure }
        guard let text = unsafe archive_error_string(raw) else { throw .corrupt("code \(code)") }
        throw .corrupt(unsafe String(cString: text))
    }
}

/// What libarchive reads from: keeps the last piece alive until the next is asked for.
@safe private final class Feed {
    private let source: any ByteSource
    private var piece = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private(set) var failure: ArchiveError?

    init(_ source: any ByteSource) {
        self.source = source
    }

    deinit { unsafe piece.deallocate() }

    /// archive_read_open(3): the number of bytes and where they are, 0 at the end, -1 on failure.
    func refill(_ buffer: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
        do throws(ArchiveError) {
            let bytes = try source.next()
            if unsafe bytes.count > piece.count {
                unsafe piece.deallocate()
                unsafe piece = .allocate(byteCount: bytes.count, alignment: 16)
            }
            unsafe piece.copyBytes(from: bytes)
            unsafe buffer.pointee = UnsafeRawPointer(piece.baseAddress)
            return bytes.count
        } catch {
            failure = error
            return -1
        }
    }
}
