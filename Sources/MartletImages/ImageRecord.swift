import FoundationEssentials
import MartletRegistry

/// A complete image as it is remembered in the store, so that running it again by digest needs no registry.
struct ImageRecord: Codable, Hashable {
    private struct Blob: Codable, Hashable {
        var mediaType: String
        var digest: String
        var size: Int64
    }

    private var manifestDigest: String
    private var configBlob: Blob
    private var layers: [Blob]
    private var diffIDs: [String]
    private var env: [String]
    private var user: String
    private var workingDir: String
    private var entrypoint: [String]
    private var cmd: [String]
    private var exposedPorts: [String]
    private var malformedPorts: [String]
    private var stopSignal: String
    private var os: String
    private var architecture: String

    init(_ image: ResolvedImage) {
        manifestDigest = image.manifestDigest.description
        configBlob = Self.blob(image.manifest.config)
        layers = image.manifest.layers.map(Self.blob)
        let config = image.config
        diffIDs = config.diffIDs.map(\.description)
        (env, user, workingDir) = (config.env, config.user, config.workingDir)
        (entrypoint, cmd) = (config.entrypoint, config.cmd)
        exposedPorts = config.exposedPorts.map { "\($0.number)/\($0.transport.rawValue)" }
        (malformedPorts, stopSignal) = (config.malformedPorts, config.stopSignal)
        (os, architecture) = (config.os, config.architecture)
    }

    /// Nothing when the bytes are no such record.
    static func decode(_ bytes: [UInt8]) -> ImageRecord? {
        try? JSONDecoder().decode(ImageRecord.self, from: Data(bytes))
    }

    func encoded() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("texts and numbers are always JSON")
        }
        return Array(data)
    }

    /// What was remembered; nothing when the record was tampered with.
    func image(for reference: ImageReference) -> ResolvedImage? {
        guard let digest = Digest(manifestDigest), let configBlob = Self.descriptor(configBlob) else { return nil }
        let blobs = layers.compactMap(Self.descriptor)
        var config = ImageConfig()
        config.diffIDs = diffIDs.compactMap { Digest($0) }
        guard blobs.count == layers.count, config.diffIDs.count == blobs.count else { return nil }
        (config.env, config.user, config.workingDir) = (env, user, workingDir)
        (config.entrypoint, config.cmd) = (entrypoint, cmd)
        config.exposedPorts = exposedPorts.compactMap { ExposedPort($0) }
        (config.malformedPorts, config.stopSignal) = (malformedPorts, stopSignal)
        (config.os, config.architecture) = (os, architecture)
        return ResolvedImage(
            reference: reference,
            manifestDigest: digest,
            manifest: ImageManifest(config: configBlob, layers: blobs),
            config: config
        )
    }

    /// Of its uncompressed layers, lowest first.
    var diffDigests: [Digest] { diffIDs.compactMap { Digest($0) } }

    private static func blob(_ descriptor: ImageDescriptor) -> Blob {
        Blob(mediaType: descriptor.mediaType, digest: descriptor.digest.description, size: descriptor.size)
    }

    private static func descriptor(_ blob: Blob) -> ImageDescriptor? {
        Digest(blob.digest).map { ImageDescriptor(mediaType: blob.mediaType, digest: $0, size: blob.size) }
    }
}
