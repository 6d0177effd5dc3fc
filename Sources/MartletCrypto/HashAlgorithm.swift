/// A hash function that content is addressed by.
public enum HashAlgorithm: String, Hashable, Sendable, CaseIterable {
    case sha256
    case sha512

    /// Length of a digest in bytes; its hexadecimal text is twice as long.
    public var byteCount: Int {
        switch self {
        case .sha256: 32
        case .sha512: 64
        }
    }
}
