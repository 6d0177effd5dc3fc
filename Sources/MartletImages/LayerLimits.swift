/// What a layer may take, so that no image can fill the disk or keep the agent busy for ever.
public struct LayerLimits: Hashable, Sendable {
    /// Bytes as transferred.
    public var compressedSize: Int64 = 20 << 30
    /// Bytes of the tar stream.
    public var uncompressedSize: Int64 = 50 << 30
    /// Uncompressed to compressed, looked at once `ratioFloor` bytes have been produced.
    public var ratio: Int64 = 1_000
    public var ratioFloor: Int64 = 1 << 30
    public var entries = 2_000_000
    public var layers = 500
    public var pathLength = 4_096
    public var componentLength = 255
    public var depth = 1_024
    /// Length of one file, holes included.
    public var fileSize: Int64 = 1 << 40
    public var attributeNameLength = 255
    public var attributeValueLength = 64 << 10
    public var attributesTotal = 128 << 10

    public init() {}
}
