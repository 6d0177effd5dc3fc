import FoundationEssentials
import MartletLinux
import MartletRegistry

@testable import MartletImages

/// Images of an OCI layout on disk, with what a test wants to happen on the way.
final class LayoutSource: ImageSource {
    struct Calls: Hashable, Sendable {
        var resolved = 0
        /// How often each blob was fetched.
        var fetched: [Digest: Int] = [:]
    }

    private struct Blob: Decodable {
        var mediaType: String
        var digest: String
        var size: Int64
        var annotations: [String: String]?
    }
    private struct Index: Decodable { var manifests: [Blob] }
    private struct Manifest: Decodable {
        var config: Blob
        var layers: [Blob]
    }
    private struct Config: Decodable {
        struct RootFS: Decodable { var diff_ids: [String] }
        struct Run: Decodable { var Env: [String]? }
        var rootfs: RootFS
        var config: Run?
    }

    let path: String
    private let calls = Locked(Calls())
    /// Called before the pieces of a blob, with the number of pieces sent.
    private let beforePiece: @Sendable (Digest, Int) async throws(ImageError) -> Void
    private let change: @Sendable (ResolvedImage) -> ResolvedImage
    private let pieceSize: Int

    init(
        _ path: String,
        pieceSize: Int = 4_096,
        change: @escaping @Sendable (ResolvedImage) -> ResolvedImage = { $0 },
        beforePiece: @escaping @Sendable (Digest, Int) async throws(ImageError) -> Void = { _, _ in }
    ) {
        (self.path, self.pieceSize, self.change, self.beforePiece) = (path, pieceSize, change, beforePiece)
    }

    var made: Calls { calls.withLock { $0 } }

    func resolve(
        _ reference: ImageReference,
        credentials: RegistryCredentials?
    ) async throws(ImageError) -> ResolvedImage {
        calls.withLock { $0.resolved += 1 }
        do {
            let index = try JSONDecoder().decode(Index.self, from: Data(Files.read("\(path)/index.json")))
            let wanted = index.manifests.first { entry in
                reference.digest.map { $0.description == entry.digest }
                    ?? (entry.annotations?["org.opencontainers.image.ref.name"] == reference.effectiveTag)
            }
            guard let wanted, let digest = Digest(wanted.digest) else {
                throw ImageError(.notFound, "no \(reference) in the layout")
            }
            let manifest = try JSONDecoder().decode(Manifest.self, from: Data(read(digest)))
            let configBlob = try Self.descriptor(manifest.config)
            let config = try JSONDecoder().decode(Config.self, from: Data(read(configBlob.digest)))
            var parsed = ImageConfig()
            parsed.diffIDs = config.rootfs.diff_ids.compactMap { Digest($0) }
            parsed.env = config.config?.Env ?? []
            return change(
                ResolvedImage(
                    reference: reference,
                    manifestDigest: digest,
                    manifest: ImageManifest(config: configBlob, layers: try manifest.layers.map(Self.descriptor)),
                    config: parsed
                )
            )
        } catch let error as ImageError { throw error } catch { throw ImageError(.corrupt, "\(error)") }
    }

    func fetch(
        _ blob: ImageDescriptor,
        of reference: ImageReference,
        credentials: RegistryCredentials?,
        into sink: @escaping @Sendable ([UInt8]) async throws(ImageError) -> Void
    ) async throws(ImageError) {
        calls.withLock { $0.fetched[blob.digest, default: 0] += 1 }
        let bytes = try storing("read a blob") { () throws(Errno) in try read(blob.digest) }
        for (number, start) in stride(from: 0, to: bytes.count, by: pieceSize).enumerated() {
            try await beforePiece(blob.digest, number)
            if Task.isCancelled { throw .cancelled }
            try await sink(Array(bytes[start..<min(start + pieceSize, bytes.count)]))
        }
    }

    private func read(_ digest: Digest) throws(Errno) -> [UInt8] {
        try Files.read("\(path)/blobs/sha256/\(digest.hex)", limit: 1 << 30)
    }

    private static func descriptor(_ blob: Blob) throws -> ImageDescriptor {
        guard let digest = Digest(blob.digest) else { throw ImageError(.corrupt, "no digest: \(blob.digest)") }
        return ImageDescriptor(mediaType: blob.mediaType, digest: digest, size: blob.size)
    }
}
