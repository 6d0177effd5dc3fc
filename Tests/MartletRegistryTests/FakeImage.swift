import MartletHTTP

@testable import MartletRegistry

/// An image and what a well-behaved registry answers about it.
struct FakeImage: Sendable {
    var layer: [UInt8]
    var config: [UInt8]
    var manifest: [UInt8]

    init(layerSize: Int = 300_000, architecture: String = "amd64", env: String = "A=1") {
        layer = (0..<layerSize).map { UInt8(truncatingIfNeeded: $0 &* 131 ^ $0 >> 8) }
        let diffID = Digest(of: Array("diff".utf8))
        let text = """
            {"os":"linux","architecture":"\(architecture)","config":{"Env":["\(env)"]},\
            "rootfs":{"type":"layers","diff_ids":["\(diffID)"]}}
            """
        config = Array(text.utf8)
        manifest = Self.manifest(config: config, layer: layer)
    }

    static func manifest(config: [UInt8], layer: [UInt8]) -> [UInt8] {
        let configDescriptor = ImageDescriptor(
            mediaType: MediaType.configs[1],
            digest: Digest(of: config),
            size: Int64(config.count)
        )
        let layerDescriptor = ImageDescriptor(
            mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
            digest: Digest(of: layer),
            size: Int64(layer.count)
        )
        let text = """
            {"schemaVersion":2,"config":\(ManifestDocumentTests.json(configDescriptor)),\
            "layers":[\(ManifestDocumentTests.json(layerDescriptor))]}
            """
        return Array(text.utf8)
    }

    var manifestDigest: Digest { Digest(of: manifest) }

    /// An index with an attestation, an arm64 image that does not exist, and then this image.
    var index: [UInt8] {
        let missing = ImageDescriptor(mediaType: MediaType.ociManifest, digest: Digest(of: [0]), size: 1)
        let own = ImageDescriptor(
            mediaType: MediaType.ociManifest,
            digest: manifestDigest,
            size: Int64(manifest.count)
        )
        let entries = [
            ManifestDocumentTests.json(missing, #","platform":{"os":"unknown","architecture":"unknown"}"#),
            ManifestDocumentTests.json(missing, #","platform":{"os":"linux","architecture":"arm64","variant":"v8"}"#),
            ManifestDocumentTests.json(own, #","platform":{"os":"linux","architecture":"amd64"}"#),
        ]
        return Array(#"{"schemaVersion":2,"manifests":[\#(entries.joined(separator: ","))]}"#.utf8)
    }

    /// What a registry without faults answers, whatever the host.
    func answer(_ request: SeenRequest) -> Scripted {
        let path = request.url.split(separator: "?")[0].split(separator: "/", maxSplits: 2).last ?? ""
        if path == "v2/" || path == "v2" { return .status(200) }
        guard let name = path.split(separator: "/").last.map(String.init) else { return .status(404) }
        switch name {
        case "v1", "latest", manifestDigest.description: return document(manifest, MediaType.ociManifest)
        case "index": return document(index, MediaType.ociIndex)
        case Digest(of: config).description: return blob(config, request)
        case Digest(of: layer).description: return blob(layer, request)
        default:
            let code = path.contains("/blobs/") ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN"
            return .status(404, [:], #"{"errors":[{"code":"\#(code)","message":"unknown"}]}"#)
        }
    }

    func document(_ bytes: [UInt8], _ type: String) -> Scripted {
        Scripted(headers: ["Content-Type": type, "Content-Length": "\(bytes.count)"], body: .whole(bytes))
    }

    func blob(_ bytes: [UInt8], _ request: SeenRequest) -> Scripted {
        guard let range = request.headers["Range"], let start = Int(range.dropFirst(6).dropLast()) else {
            return Scripted(headers: ["Content-Length": "\(bytes.count)"], body: .whole(bytes))
        }
        let headers: HTTPHeaders = ["Content-Range": "bytes \(start)-\(bytes.count - 1)/\(bytes.count)"]
        return Scripted(status: 206, headers: headers, body: .whole(Array(bytes[start...])))
    }
}
