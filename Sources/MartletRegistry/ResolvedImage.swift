/// An image whose name was looked up: everything but the layers, and all of it checked.
public struct ResolvedImage: Hashable, Sendable {
    /// As asked for.
    public var reference: ImageReference
    /// Digest of the manifest for this platform, after the choice from an index. It names exactly these bytes.
    public var manifestDigest: Digest
    public var manifest: ImageManifest
    /// Has as many `diffIDs` as the manifest has layers.
    public var config: ImageConfig

    public init(
        reference: ImageReference,
        manifestDigest: Digest,
        manifest: ImageManifest,
        config: ImageConfig
    ) {
        self.reference = reference
        self.manifestDigest = manifestDigest
        self.manifest = manifest
        self.config = config
    }
}
