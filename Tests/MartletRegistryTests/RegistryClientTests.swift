import MartletHTTP
import Testing

@testable import MartletRegistry

@Suite("Looking up images")
struct RegistryClientTests {
    @Test("asks once for each document and checks them all")
    func plain() async throws {
        let rig = try Rig()
        let resolved = try await rig.resolve()
        let manifest = try #require(
            ManifestDocument(rig.image.manifest, contentType: nil, limits: .init()).imageManifest
        )
        #expect(
            resolved
                == ResolvedImage(
                    reference: rig.reference,
                    manifestDigest: rig.image.manifestDigest,
                    manifest: manifest,
                    config: try ImageConfig(rig.image.config, layerCount: 1)
                )
        )
        #expect(try await rig.layer(manifest.layers[0]) == rig.image.layer)
        #expect(
            await rig.network.lines == [
                "GET https://reg.test/v2/",
                "GET https://reg.test/v2/app/manifests/v1",
                "GET https://reg.test/v2/app/blobs/\(Digest(of: rig.image.config))",
                "GET https://reg.test/v2/app/blobs/\(Digest(of: rig.image.layer))",
            ]
        )
        let asked = await rig.network.requests[1]
        #expect(asked.headers.values("Accept") == MediaType.manifests)
        #expect(asked.headers["User-Agent"] == "martlet")
        #expect(asked.authorization == nil)
    }

    @Test("goes to the API host of docker.io, by digest when there is one")
    func dockerHub() async throws {
        let image = FakeImage()
        let rig = try Rig("busybox:ignored@\(image.manifestDigest)", image: image)
        #expect(try await rig.resolve().manifestDigest == image.manifestDigest)
        #expect(
            await rig.network.lines[1]
                == "GET https://registry-1.docker.io/v2/library/busybox/manifests/\(image.manifestDigest)"
        )
    }

    @Test("follows an index to the image for this machine, by digest")
    func index() async throws {
        let rig = try Rig("reg.test/app:index")
        let resolved = try await rig.resolve()
        #expect(resolved.manifestDigest == rig.image.manifestDigest)
        #expect(await rig.network.count("manifests/\(rig.image.manifestDigest)") == 1)
    }

    @Test("says when an index has nothing for this machine")
    func noPlatform() async throws {
        let rig = try Rig("reg.test/app:index")
        let platform = Platform(architecture: "s390x")
        await #expect {
            try await rig.client.resolve(rig.reference, platform: platform)
        } throws: { error in
            guard let error = error as? RegistryError else { return false }
            return error.kind == .incompatible
                && error.description.contains(#"for architecture s390x, variant "", OS linux"#)
        }
    }

    @Test("an index may hold an index, and no deeper", arguments: [(1, nil), (2, RegistryError.Kind.corrupt)])
    func nestedIndex(levels: Int, kind: RegistryError.Kind?) async throws {
        let image = FakeImage()
        var documents = [image.index]
        for _ in 0..<levels {
            let child = documents[documents.count - 1]
            let descriptor = ImageDescriptor(
                mediaType: MediaType.ociIndex,
                digest: Digest(of: child),
                size: Int64(child.count)
            )
            documents.append(
                Array(#"{"schemaVersion":2,"manifests":[\#(ManifestDocumentTests.json(descriptor))]}"#.utf8)
            )
        }
        let all = documents
        let rig = try Rig("reg.test/app@\(Digest(of: all[all.count - 1]))", image: image) { request, _ in
            all.first { request.url.hasSuffix(Digest(of: $0).description) }.map {
                image.document($0, MediaType.ociIndex)
            }
        }
        #expect(await rig.failure()?.kind == kind)
    }

    @Test("an image for another machine is refused by its configuration")
    func otherArchitecture() async throws {
        let failure = try await Rig(image: FakeImage(architecture: "arm64")).failure()
        #expect(failure?.kind == .incompatible)
        #expect(failure?.description.contains("linux/arm64") == true)
        #expect(failure?.description.contains("linux/amd64") == true)
    }

    @Test("a manifest that is not what its digest names is fetched twice and refused")
    func wrongManifest() async throws {
        let image = FakeImage()
        let rig = try Rig("reg.test/app@\(image.manifestDigest)", image: image) { request, _ in
            request.url.contains("manifests") ? image.document(image.manifest + [0x20], MediaType.ociManifest) : nil
        }
        #expect(await rig.failure()?.kind == .digestMismatch)
        #expect(await rig.network.count("manifests") == 2)
    }

    @Test("a manifest that was damaged once is fetched again")
    func damagedManifest() async throws {
        let rig = try Rig { request, earlier in
            guard request.url.contains("manifests"), earlier == 0 else { return nil }
            return Scripted(headers: ["Content-Length": "500"], body: .cut(Array("{".utf8)))
        }
        _ = try await rig.resolve()
        #expect(await rig.network.count("manifests") == 2)
    }

    @Test(
        "the digest that the registry states for a tag must be true",
        arguments: ["sha256:\(String(repeating: "0", count: 64))", "sha256:zz", ""]
    )
    func statedDigest(header: String) async throws {
        let rig = try Rig { request, _ in
            guard request.url.contains("manifests") else { return nil }
            var answer = FakeImage().answer(request)
            answer.headers["Docker-Content-Digest"] = header
            return answer
        }
        let kind = await rig.failure()?.kind
        #expect(kind == .digestMismatch || kind == .corrupt)
    }

    @Test("documents are bounded, whatever length they state", arguments: ["5242880", nil])
    func hugeManifest(length: String?) async throws {
        let rig = try Rig { request, _ in
            guard request.url.contains("manifests") else { return nil }
            var headers: HTTPHeaders = ["Content-Type": MediaType.ociManifest]
            headers["Content-Length"] = length
            return Scripted(headers: headers, body: .whole(Array(repeating: 0x20, count: 5 << 20)))
        }
        #expect(await rig.failure()?.kind == .corrupt)
        #expect(await rig.network.count("manifests") == 1)
    }

    @Test("a configuration with other bytes is fetched twice and refused")
    func wrongConfig() async throws {
        let rig = try Rig { request, _ in
            guard request.url.contains(Digest(of: FakeImage().config).description) else { return nil }
            var other = FakeImage().config
            other[3] ^= 1
            return Scripted(body: .whole(other))
        }
        #expect(await rig.failure()?.kind == .digestMismatch)
        #expect(await rig.network.count("blobs") == 2)
    }

    @Test("a configuration that names another number of layers is corrupt")
    func layerCount() async throws {
        var image = FakeImage()
        image.config = Array(#"{"os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"#.utf8)
        image.manifest = FakeImage.manifest(config: image.config, layer: image.layer)
        #expect(try await Rig(image: image).failure()?.kind == .corrupt)
    }

    @Test("what is not there is not asked for twice, and the registry's words are cleaned")
    func notFound() async throws {
        let rig = try Rig("reg.test/app:nowhere")
        let failure = await rig.failure()
        #expect(failure?.kind == .notFound)
        #expect(failure?.description.contains("reg.test/app:nowhere") == true)
        #expect(await rig.network.count("manifests") == 1)
    }

    @Test("an error of any size is shown in at most a few lines")
    func hugeError() async throws {
        let rig = try Rig { request, _ in
            request.url.contains("manifests")
                ? Scripted(status: 400, body: .whole(Array(repeating: 0x1b, count: 3 << 20))) : nil
        }
        let failure = await rig.failure()
        #expect(failure?.kind == .invalidAnswer)
        #expect(failure.map { $0.description.utf8.count <= 1027 && !$0.description.contains("\u{1b}") } == true)
    }

    @Test("a server that is no registry is named as such")
    func noRegistry() async throws {
        let failure = try await Rig { _, _ in .status(404) }.failure()
        #expect(failure?.kind == .invalidAnswer)
        #expect(failure?.description.contains("404") == true)
    }

    @Test("an image without layers is an image")
    func noLayers() async throws {
        var image = FakeImage()
        image.config = Array(#"{"os":"linux","architecture":"amd64"}"#.utf8)
        let text = String(decoding: FakeImage.manifest(config: image.config, layer: image.layer), as: UTF8.self)
        let head = text.split(separator: #","layers""#)[0]
        image.manifest = Array("\(head),\"layers\":[]}".utf8)
        #expect(try await Rig(image: image).resolve().manifest.layers.isEmpty)
    }
}

extension ManifestDocument {
    var imageManifest: ImageManifest? { if case .image(let manifest) = self { manifest } else { nil } }
}
