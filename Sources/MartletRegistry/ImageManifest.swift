/// What an image for one platform consists of (OCI image manifest, or Docker manifest version 2 schema 2).
public struct ImageManifest: Hashable, Sendable {
    public var config: ImageDescriptor
    /// From the lowest layer to the highest; the same layer may appear more than once.
    public var layers: [ImageDescriptor]

    public init(config: ImageDescriptor, layers: [ImageDescriptor]) {
        self.config = config
        self.layers = layers
    }

    /// Bytes to transfer for all layers, each distinct blob counted once.
    public var transferSize: Int64 {
        Set(layers).reduce(0) { $0.addingReportingOverflow($1.size).partialValue }
    }
}
