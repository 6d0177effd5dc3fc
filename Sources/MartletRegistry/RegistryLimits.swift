/// How much of a registry's word is taken. Everything that arrives is bounded by one of these.
public struct RegistryLimits: Hashable, Sendable {
    /// Bytes of a manifest, an index or a configuration.
    public var documentBytes = 4 << 20
    /// Bytes of a token answer or an error answer.
    public var answerBytes = 1 << 20
    /// The kernel mounts at most 500 lower directories.
    public var layers = 500
    /// Bytes of one layer as transferred.
    public var layerBytes: Int64 = 20 << 30
    public var indexEntries = 512
    /// Indexes in indexes, the outermost included.
    public var indexDepth = 2
    public var redirects = 5
    /// Downloads of blobs at the same time, from one host and in all.
    public var downloadsPerHost = 6
    public var downloads = 10

    public init() {}
}
