/// A manifest or an index, told apart and checked.
enum ManifestDocument: Hashable, Sendable {
    case image(ImageManifest)
    case index([IndexEntry])

    /// One image of an index.
    struct IndexEntry: Hashable, Sendable {
        var descriptor: ImageDescriptor
        /// `nil` when the entry does not say.
        var platform: Platform?
        /// An attestation or another artifact, which no machine runs.
        var isArtifact: Bool
    }

    /// Reads a document that was asked for as a manifest.
    /// - Parameter contentType: the answer's header; types that say nothing about manifests are ignored.
    /// - Throws: `.corrupt` for a document that contradicts itself; `.unsupported` for one that is no image.
    init(
        _ bytes: [UInt8],
        contentType: String?,
        limits: RegistryLimits
    ) throws(RegistryError) {
        let json = try Self.parse(bytes)
        let stated = contentType.map(MediaType.essence)
        let version = json["schemaVersion"]?.integer
        let isSchema1 = stated.map(MediaType.schema1.contains) ?? false
        guard version != 1, !isSchema1 else {
            throw RegistryError(
                .unsupported,
                "The image manifest schema 1 is not supported; push the image again with a current tool."
            )
        }
        guard version == 2 else { throw .corrupt("its manifest has no schemaVersion 2") }
        let type = try Self.agreedType(
            header: stated.flatMap { MediaType.manifests.contains($0) ? $0 : nil },
            member: json["mediaType"]
        )
        let isIndex = json["manifests"] != nil
        let isImage = json["layers"] != nil || json["config"] != nil
        guard isIndex != isImage else {
            throw .corrupt(isIndex ? "its manifest is both an image and an index" : "its manifest lists nothing")
        }
        guard type.map({ MediaType.isIndex($0) == isIndex }) ?? true else {
            throw .corrupt("its manifest is not what its media type says")
        }
        self = try isIndex ? .index(Self.entries(json, limits)) : .image(Self.manifest(json, limits))
    }

    static func parse(_ bytes: [UInt8]) throws(RegistryError) -> JSONValue {
        do throws(JSONValue.Malformed) { return try JSONValue(parsing: bytes) } catch {
            throw .corrupt("its JSON has \(error)")
        }
    }

    /// The media type, when the header and the document agree on one.
    private static func agreedType(header: String?, member: JSONValue?) throws(RegistryError) -> String? {
        guard let member else { return header }
        guard let text = member.text else { throw .corrupt("its mediaType is not a text") }
        guard MediaType.manifests.contains(text) else {
            throw RegistryError(.unsupported, "\(text) is not an image; name an image that can run.")
        }
        guard header == nil || header == text else {
            throw .corrupt("its manifest is sent as \(header ?? "nothing") and calls itself \(text)")
        }
        return text
    }

    private static func manifest(_ json: JSONValue, _ limits: RegistryLimits) throws(RegistryError) -> ImageManifest {
        guard let config = json["config"] else { throw .corrupt("its manifest names no configuration") }
        guard let list = (json["layers"] ?? .array([])).list else { throw .corrupt("its layers are not a list") }
        guard list.count <= limits.layers else {
            throw RegistryError(
                .unsupported,
                "The image has \(list.count) layers and \(limits.layers) are the most that can be mounted; squash it."
            )
        }
        let manifest = ImageManifest(config: try descriptor(config), layers: try descriptors(list))
        guard MediaType.configs.contains(manifest.config.mediaType) else {
            throw RegistryError(
                .unsupported,
                "The name belongs to something of type \(manifest.config.mediaType), which is not an image."
            )
        }
        guard manifest.config.size <= limits.documentBytes else {
            throw .corrupt("its configuration is larger than \(limits.documentBytes) bytes")
        }
        for layer in manifest.layers {
            _ = try LayerFormat(mediaType: layer.mediaType)
            guard layer.size > 0 else { throw .corrupt("the layer \(layer.digest) has no size") }
            guard layer.size <= limits.layerBytes else {
                throw RegistryError(
                    .unsupported,
                    "The layer \(layer.digest) has \(layer.size) bytes and the limit is \(limits.layerBytes)."
                )
            }
        }
        return manifest
    }

    private static func entries(_ json: JSONValue, _ limits: RegistryLimits) throws(RegistryError) -> [IndexEntry] {
        guard let list = json["manifests"]?.list else { throw .corrupt("its index is not a list") }
        guard list.count <= limits.indexEntries else {
            throw .corrupt("its index has \(list.count) entries and the limit is \(limits.indexEntries)")
        }
        var entries: [IndexEntry] = []
        for item in list {
            let platform = item["platform"].map { platform in
                Platform(
                    os: platform["os"]?.text ?? "",
                    architecture: platform["architecture"]?.text ?? "",
                    variant: platform["variant"]?.text
                )
            }
            let isAttestation = item["annotations"]?["vnd.docker.reference.type"] != nil
            entries.append(
                IndexEntry(
                    descriptor: try descriptor(item),
                    platform: platform,
                    isArtifact: isAttestation || item["artifactType"] != nil
                )
            )
        }
        return entries
    }

    private static func descriptors(_ list: [JSONValue]) throws(RegistryError) -> [ImageDescriptor] {
        var descriptors: [ImageDescriptor] = []
        for item in list { descriptors.append(try descriptor(item)) }
        return descriptors
    }

    private static func descriptor(_ json: JSONValue) throws(RegistryError) -> ImageDescriptor {
        guard let mediaType = json["mediaType"]?.text, !mediaType.isEmpty else {
            throw .corrupt("a descriptor has no mediaType")
        }
        guard let text = json["digest"]?.text, let digest = Digest(text) else {
            throw .corrupt("a descriptor has no sha256 or sha512 digest")
        }
        guard let size = json["size"]?.integer, size >= 0 else { throw .corrupt("a descriptor has no size") }
        return ImageDescriptor(mediaType: mediaType, digest: digest, size: size)
    }
}

extension RegistryError {
    /// - Parameter reason: a clause about the image: "its … is …".
    static func corrupt(_ reason: String) -> RegistryError {
        RegistryError(.corrupt, "The image is corrupt: \(reason); push it again.")
    }

    /// - Parameter what: `manifest`, `layerID` or `diffID`.
    public static func mismatch(_ what: String, expected: Digest, actual: Digest) -> RegistryError {
        RegistryError(
            .digestMismatch,
            "The image is corrupt: \(what) digest mismatch; expected: \(expected), actual: \(actual); push it again."
        )
    }
}
