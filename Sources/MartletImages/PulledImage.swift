public import MartletRegistry

/// An image whose layers are all in the store.
public struct PulledImage: Sendable {
    /// Names exactly this image for this platform; pulling it again by this digest needs no registry.
    public let manifestDigest: Digest
    /// Lowest layer first; empty for an image without layers.
    public let chainIDs: [ChainID]
    public let config: ImageConfig
    /// What a root file system is made from; holds the layers until it is dropped.
    public let base: RootFSBase
}

/// What lies below the writable part of a root file system.
public struct RootFSBase: Sendable {
    enum Content: Hashable, Sendable {
        /// Lowest first.
        case layers([ChainID])
        /// A directory of this machine, which stays as it is.
        case directory(String)
    }

    let content: Content
    /// Keeps the layers from being collected as long as anybody holds this value.
    let lease: LayerLease?
}

/// How far a pull is; for progress displays and logs.
public enum PullProgress: Hashable, Sendable {
    /// The reference is known; so many layers of so many bytes are to be fetched.
    case resolved(missingLayers: Int, transferSize: Int64)
    /// The unpacked layer is in the store.
    case layerReady(ChainID)
}
