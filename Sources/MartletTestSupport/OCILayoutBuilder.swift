import MartletLinux

/// Makes an OCI image layout on disk, blob by blob, without any image tool, so that a test decides every byte.
///
///     let layout = try OCILayoutBuilder()
///     try await layout.addImage(tag: "one", layers: [.init(tar: tar)], config: .init(cmd: ["/bin/sh"]))
///     try await registry.push(layout, tag: "one", as: "team/app:v1")
public actor OCILayoutBuilder {
    /// A blob or manifest that was written.
    public struct Blob: Hashable, Sendable {
        public let mediaType: String
        /// `sha256:…`
        public let digest: String
        public let size: Int

        public init(mediaType: String, digest: String, size: Int) {
            self.mediaType = mediaType
            self.digest = digest
            self.size = size
        }
    }

    public struct Layer: Sendable {
        public enum Compression: Sendable { case none, gzip, zstd }
        public var tar: [UInt8]
        public var compression: Compression

        public init(tar: [UInt8], compression: Compression = .gzip) {
            self.tar = tar
            self.compression = compression
        }
    }

    public struct Platform: Sendable {
        public var os: String
        public var architecture: String
        public var variant: String?

        public init(os: String = "linux", architecture: String = "amd64", variant: String? = nil) {
            self.os = os
            self.architecture = architecture
            self.variant = variant
        }
    }

    public nonisolated let path: String
    private let scratch: ScratchDirectory
    private var tagged: [(tag: String, blob: Blob)] = []

    public init() throws {
        scratch = try ScratchDirectory("martlet-oci")
        path = scratch.path
        try Files.makeDirectories("\(scratch.path)/blobs/sha256")
        try Files.replace(scratch.file("oci-layout"), with: Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
    }

    /// Writes an image and, with a tag, lists it in the layout.
    /// - Returns: its manifest.
    @discardableResult
    public func addImage(
        tag: String? = nil,
        layers: [Layer],
        config: OCIConfig = OCIConfig(),
        platform: Platform = Platform()
    ) async throws -> Blob {
        var (blobs, diffIDs): ([Blob], [String]) = ([], [])
        for layer in layers {
            diffIDs.append(try await Self.sha256(layer.tar))
            blobs.append(try await addBlob(Self.compress(layer), mediaType: layer.compression.mediaType))
        }
        let document = config.json(platform: platform, diffIDs: diffIDs)
        let configBlob = try await addBlob(Array(document.utf8), mediaType: "application/vnd.oci.image.config.v1+json")
        let manifest =
            #"{"schemaVersion":2,"mediaType":"\#(Self.manifestType)","config":\#(configBlob.json),"layers":["#
            + blobs.map(\.json).joined(separator: ",") + "]}"
        return try await addManifest(Array(manifest.utf8), mediaType: Self.manifestType, tag: tag)
    }

    /// Writes an index of images for several platforms.
    @discardableResult
    public func addIndex(tag: String? = nil, _ entries: [(Platform, Blob)]) async throws -> Blob {
        let list = entries.map { platform, blob in
            String(blob.json.dropLast()) + #","platform":\#(platform.json)}"#
        }
        let index =
            #"{"schemaVersion":2,"mediaType":"\#(Self.indexType)","manifests":[\#(list.joined(separator: ","))]}"#
        return try await addManifest(Array(index.utf8), mediaType: Self.indexType, tag: tag)
    }

    /// Writes any manifest as it is, valid or not.
    @discardableResult
    public func addManifest(_ bytes: [UInt8], mediaType: String, tag: String? = nil) async throws -> Blob {
        let blob = try await addBlob(bytes, mediaType: mediaType)
        if let tag {
            tagged.append((tag, blob))
            try writeIndex()
        }
        return blob
    }

    /// Writes any bytes as a blob.
    @discardableResult
    public func addBlob(_ bytes: [UInt8], mediaType: String) async throws -> Blob {
        let digest = try await Self.sha256(bytes)
        try Files.replace("\(path)/blobs/sha256/\(digest.dropFirst("sha256:".count))", with: bytes)
        return Blob(mediaType: mediaType, digest: digest, size: bytes.count)
    }

    private func writeIndex() throws {
        let list = tagged.map { tag, blob in
            String(blob.json.dropLast()) + #","annotations":{"org.opencontainers.image.ref.name":"\#(tag)"}}"#
        }
        let index = #"{"schemaVersion":2,"manifests":[\#(list.joined(separator: ","))]}"#
        try Files.replace("\(path)/index.json", with: Array(index.utf8))
    }

    private static let manifestType = "application/vnd.oci.image.manifest.v1+json"
    private static let indexType = "application/vnd.oci.image.index.v1+json"

    private static func compress(_ layer: Layer) async throws -> [UInt8] {
        switch layer.compression {
        case .none: layer.tar
        case .gzip: try await SystemTool.run(["gzip", "-n", "-c"], input: layer.tar)
        case .zstd: try await SystemTool.run(["zstd", "-q", "-c"], input: layer.tar)
        }
    }

    /// `sha256:…` as coreutils computes it, so that tests do not check our hashing with itself.
    public static func sha256(_ bytes: [UInt8]) async throws -> String {
        let output = try await SystemTool.run(["sha256sum"], input: bytes)
        return "sha256:" + String(decoding: output.prefix(64), as: UTF8.self)
    }
}

extension OCILayoutBuilder.Layer.Compression {
    fileprivate var mediaType: String {
        switch self {
        case .none: "application/vnd.oci.image.layer.v1.tar"
        case .gzip: "application/vnd.oci.image.layer.v1.tar+gzip"
        case .zstd: "application/vnd.oci.image.layer.v1.tar+zstd"
        }
    }
}

extension OCILayoutBuilder.Platform {
    var json: String {
        #"{"os":\#(JSONText.quote(os)),"architecture":\#(JSONText.quote(architecture))"#
            + (variant.map { #","variant":\#(JSONText.quote($0))"# } ?? "") + "}"
    }
}

extension OCILayoutBuilder.Blob {
    /// A descriptor.
    public var json: String { #"{"mediaType":\#(JSONText.quote(mediaType)),"digest":"\#(digest)","size":\#(size)}"# }
}
