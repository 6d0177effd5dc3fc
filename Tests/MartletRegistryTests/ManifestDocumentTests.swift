import Testing

@testable import MartletRegistry

@Suite("Manifest documents")
struct ManifestDocumentTests {
    static let config = ImageDescriptor(mediaType: MediaType.configs[1], digest: Digest(of: [1]), size: 10)
    static let layer = ImageDescriptor(
        mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
        digest: Digest(of: [2]),
        size: 20
    )

    static func json(_ descriptor: ImageDescriptor, _ more: String = "") -> String {
        #"{"mediaType":"\#(descriptor.mediaType)","digest":"\#(descriptor.digest)","size":\#(descriptor.size)\#(more)}"#
    }

    static func manifest(_ head: String = #""schemaVersion":2,"#, layers: [ImageDescriptor] = [layer]) -> String {
        "{\(head)\"config\":\(json(config)),\"layers\":[\(layers.map { json($0) }.joined(separator: ","))]}"
    }

    static let index = #"{"schemaVersion":2,"manifests":[]}"#

    private func read(
        _ text: String,
        _ type: String? = nil,
        _ limits: RegistryLimits = .init()
    ) throws(RegistryError) -> ManifestDocument {
        try ManifestDocument(Array(text.utf8), contentType: type, limits: limits)
    }

    @Test(
        "are images by header, by member or by shape",
        arguments: [
            ("", nil), ("", MediaType.ociManifest), ("", "application/vnd.oci.image.manifest.v1+JSON; charset=utf-8"),
            ("", "application/json"), (#""mediaType":"\#(MediaType.dockerManifest)","#, nil),
            (#""mediaType":"\#(MediaType.dockerManifest)","#, MediaType.dockerManifest), (#""mediaType":null,"#, nil),
        ] as [(String, String?)]
    )
    func images(member: String, header: String?) throws {
        let text = Self.manifest(#""schemaVersion":2,"# + member)
        #expect(try read(text, header) == .image(ImageManifest(config: Self.config, layers: [Self.layer])))
    }

    @Test("are indexes with their platforms, and artifacts are marked")
    func indexes() throws {
        let manifest = ImageDescriptor(mediaType: MediaType.ociManifest, digest: Digest(of: [3]), size: 7)
        let entries = [
            Self.json(manifest, #","platform":{"os":"linux","architecture":"arm","variant":"v7"}"#),
            Self.json(manifest),
            Self.json(manifest, #","annotations":{"vnd.docker.reference.type":"attestation-manifest"}"#),
            Self.json(manifest, #","artifactType":"x/y""#),
        ]
        let text = #"{"schemaVersion":2,"manifests":[\#(entries.joined(separator: ","))]}"#
        let platform = Platform(architecture: "arm", variant: "v7")
        #expect(
            try read(text, MediaType.ociIndex)
                == .index([
                    .init(descriptor: manifest, platform: platform, isArtifact: false),
                    .init(descriptor: manifest, platform: nil, isArtifact: false),
                    .init(descriptor: manifest, platform: nil, isArtifact: true),
                    .init(descriptor: manifest, platform: nil, isArtifact: true),
                ])
        )
    }

    @Test(
        "that contradict themselves are corrupt",
        arguments: [
            (index, MediaType.ociManifest), (manifest(), MediaType.dockerIndex),
            (#"{"schemaVersion":2,"mediaType":"\#(MediaType.ociIndex)","manifests":[]}"#, MediaType.dockerIndex),
            (#"{"schemaVersion":2,"mediaType":7,"manifests":[]}"#, nil),
            (manifest(#""schemaVersion":2,"manifests":[],"#), nil),
            (#"{"schemaVersion":2,"manifests":[],"config":{}}"#, nil),
            (#"{"schemaVersion":2}"#, nil), (manifest(""), nil), (manifest(#""schemaVersion":"2","#), nil),
            (manifest(#""schemaVersion":2,"schemaVersion":2,"#), nil), ("[]", nil), ("", nil), ("{", nil),
            (#"{"schemaVersion":2,"layers":[]}"#, nil), (#"{"schemaVersion":2,"config":{},"layers":[]}"#, nil),
            (#"{"schemaVersion":2,"manifests":{}}"#, nil), (#"{"schemaVersion":2,"manifests":[{}]}"#, nil),
            (manifest().replacing("\"size\":20", with: "\"size\":0"), nil),
            (manifest().replacing("\"size\":20", with: "\"size\":-1"), nil),
            (manifest().replacing("\"size\":20", with: "\"size\":1.5"), nil),
            (manifest().replacing("\"size\":20", with: "\"size\":\"20\""), nil),
            (manifest().replacing("\"size\":10", with: "\"size\":5000000"), nil),
            (manifest().replacing("sha256:", with: "sha256:../"), nil),
        ] as [(String, String?)]
    )
    func corrupt(text: String, header: String?) {
        #expect { try read(text, header) } throws: { ($0 as? RegistryError)?.kind == .corrupt }
    }

    @Test(
        "that are no image for us say so",
        arguments: [
            (#"{"schemaVersion":1,"fsLayers":[]}"#, nil, "schema 1"),
            (manifest(), MediaType.schema1[1], "schema 1"),
            (
                manifest().replacing(config.mediaType, with: "application/vnd.cncf.helm.config.v1+json"), nil,
                "not an image"
            ),
            (manifest(#""schemaVersion":2,"mediaType":"application/x","#), nil, "not an image"),
            (manifest().replacing("tar+gzip", with: "tar+gzip+encrypted"), nil, "ncrypted layers are not supported"),
            (manifest().replacing("layer.v1.tar", with: "layer.nondistributable.v1.tar"), nil, "outside its registry"),
            (manifest().replacing(layer.mediaType, with: "text/plain"), nil, "unknown type text/plain"),
            (manifest().replacing("\"size\":20", with: "\"size\":99999999999"), nil, "limit"),
        ] as [(String, String?, String)]
    )
    func unsupported(text: String, header: String?, words: String) {
        #expect { try read(text, header) } throws: { error in
            guard let error = error as? RegistryError else { return false }
            return error.kind == .unsupported && error.description.contains(words)
        }
    }

    @Test("have at most as many layers and entries as can be used")
    func limits() throws {
        _ = try read(Self.manifest(layers: Array(repeating: Self.layer, count: 500)))
        #expect { try read(Self.manifest(layers: Array(repeating: Self.layer, count: 501))) } throws: {
            ($0 as? RegistryError)?.kind == .unsupported
        }
        _ = try read(Self.manifest(layers: []))
        let entries = Array(repeating: Self.json(Self.layer), count: 513).joined(separator: ",")
        #expect { try read(#"{"schemaVersion":2,"manifests":[\#(entries)]}"#) } throws: {
            ($0 as? RegistryError)?.kind == .corrupt
        }
    }

    @Test("damaged at random are read or refused, never more", arguments: UInt64(1)...40)
    func fuzz(seed: UInt64) {
        var random = Seeded(seed)
        let original = Array(Self.manifest().utf8)
        for _ in 0..<100 {
            guard
                case .image(let manifest)? = try? ManifestDocument(
                    random.mutated(original),
                    contentType: nil,
                    limits: .init()
                )
            else { continue }
            #expect(manifest.layers.allSatisfy { $0.size > 0 && $0.size <= 20 << 30 })
            #expect(MediaType.configs.contains(manifest.config.mediaType))
        }
    }
}
