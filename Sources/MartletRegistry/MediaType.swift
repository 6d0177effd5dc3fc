/// The media types of registry documents that Martlet reads.
enum MediaType {
    static let ociManifest = "application/vnd.oci.image.manifest.v1+json"
    static let dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
    static let ociIndex = "application/vnd.oci.image.index.v1+json"
    static let dockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json"

    /// What to accept for a manifest, preferred first. A registry converts, or hides, what is not listed.
    static let manifests = [ociManifest, dockerManifest, ociIndex, dockerIndex]

    static let schema1 = [
        "application/vnd.docker.distribution.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
    ]

    static let configs = [
        "application/vnd.docker.container.image.v1+json",
        "application/vnd.oci.image.config.v1+json",
    ]

    static func isIndex(_ type: String) -> Bool { type == ociIndex || type == dockerIndex }

    /// The type without parameters, lower-case.
    static func essence(_ text: String) -> String {
        let type = text.prefix { $0 != ";" }
        return String(type.filter { $0 != " " && $0 != "\t" }).lowercased()
    }
}
