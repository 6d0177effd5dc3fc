/// How a layer says it is compressed. The first bytes decide what it is; this is only what was declared.
public enum LayerFormat: Hashable, Sendable {
    case plain
    case gzip
    case zstd

    private static let known: [String: LayerFormat] = [
        "application/vnd.docker.image.rootfs.diff.tar.gzip": .gzip,
        "application/vnd.docker.image.rootfs.diff.tar.zstd": .zstd,
        "application/vnd.docker.image.rootfs.diff.tar": .plain,
        "application/vnd.oci.image.layer.v1.tar+gzip": .gzip,
        "application/vnd.oci.image.layer.v1.tar+zstd": .zstd,
        "application/vnd.oci.image.layer.v1.tar": .plain,
    ]

    /// - Throws: `.unsupported` for encrypted layers, for layers that may only come from elsewhere ("foreign"), and for
    ///   anything unknown.
    public init(mediaType: String) throws(RegistryError) {
        if let format = Self.known[mediaType] {
            self = format
            return
        }
        if mediaType.hasSuffix("+encrypted") {
            throw RegistryError(.unsupported, "Encrypted layers are not supported; push the image without encryption.")
        }
        if mediaType.contains(".foreign.") || mediaType.contains(".nondistributable.") {
            throw RegistryError(
                .unsupported,
                "The image has a layer of type \(mediaType) that lies outside its registry; push it with all its layers."
            )
        }
        throw RegistryError(.unsupported, "The image has a layer of the unknown type \(mediaType).")
    }
}
