/// Points at a blob or a manifest: what it is, its name and its exact length.
public struct ImageDescriptor: Hashable, Sendable {
    public var mediaType: String
    /// Digest of the bytes as transferred.
    public var digest: Digest
    /// Length of the bytes as transferred, never negative.
    public var size: Int64

    public init(mediaType: String, digest: Digest, size: Int64) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
    }
}
