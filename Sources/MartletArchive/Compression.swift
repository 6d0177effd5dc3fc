/// How a stream is compressed, told by its first bytes.
public enum Compression: Hashable, Sendable {
    case none, gzip, zstd

    /// - Parameter prefix: the first four bytes of the stream, or all of a shorter one.
    public init(detecting prefix: some Collection<UInt8>) {
        let bytes = Array(prefix.prefix(4))
        self =
            if bytes.starts(with: [0x1F, 0x8B]) {
                .gzip
            } else if bytes == [0x28, 0xB5, 0x2F, 0xFD] {
                .zstd
            } else if bytes.count == 4, bytes[0] & 0xF0 == 0x50, bytes[1...] == [0x2A, 0x4D, 0x18] {
                // A skippable frame, which may stand before the first real one (RFC 8878 section 3.1.2).
                .zstd
            } else {
                .none
            }
    }
}
