import MartletLinux
import MartletRegistry
import MartletTestSupport
import Testing

@Suite("Pulling from a real registry", .timeLimit(.minutes(3)))
struct RegistryPullTests {
    private let config = OCIConfig(
        env: ["A=1", "B=two words"],
        user: "app",
        workingDir: "/srv",
        entrypoint: ["/bin/app"],
        cmd: ["serve"],
        exposedPorts: ["8080/tcp", "53/udp"],
        stopSignal: "SIGQUIT"
    )

    @Test("an image with layers of every compression arrives byte for byte", arguments: ["oci", "v2s2"])
    func everyCompression(format: String) async throws {
        let layout = try OCILayoutBuilder()
        let tars = [40_000, 3_000_000, 5000].map { RegistryFixture.tar(fileSize: $0) }
        let isOCI = format == "oci"
        let layers: [OCILayoutBuilder.Layer] = [
            .init(tar: tars[0], compression: .gzip),
            // Docker's own format knows only gzip.
            .init(tar: tars[1], compression: isOCI ? .none : .gzip),
            .init(tar: tars[2], compression: isOCI ? .zstd : .gzip),
        ]
        try await layout.addImage(tag: "one", layers: layers, config: config)
        try await RealRegistry.with { registry in
            try await registry.push(layout, tag: "one", as: "team/app:v1", format: isOCI ? nil : format)
            let client = try RegistryFixture.client(insecure: [registry.address])
            let reference = try ImageReference("\(registry.address)/team/app:v1")
            let image = try await client.resolve(reference, platform: RegistryFixture.platform)
            #expect(image.config.env == config.env)
            #expect(image.config.entrypoint == config.entrypoint && image.config.cmd == config.cmd)
            #expect(image.config.user == "app" && image.config.workingDir == "/srv")
            #expect(image.config.stopSignal == "SIGQUIT")
            #expect(image.config.exposedTCPPorts == [8080])
            var diffIDs: [String] = []
            for tar in tars { diffIDs.append(try await OCILayoutBuilder.sha256(tar)) }
            #expect(image.config.diffIDs.map(\.description) == diffIDs)
            #expect(image.manifest.layers.count == 3)
            for layer in image.manifest.layers {
                let bytes = try await client.bytes(layer, of: reference)
                #expect(Digest(of: bytes) == layer.digest)
                #expect(bytes.count == Int(layer.size))
            }
            let pinned = reference.pinned(to: image.manifestDigest)
            #expect(try await client.resolve(pinned, platform: RegistryFixture.platform).manifest == image.manifest)
        }
    }

    @Test("an index gives each machine its own image, and says when there is none")
    func index() async throws {
        let layout = try OCILayoutBuilder()
        var entries: [(OCILayoutBuilder.Platform, OCILayoutBuilder.Blob)] = []
        for architecture in ["arm64", "amd64"] {
            let platform = OCILayoutBuilder.Platform(architecture: architecture)
            let blob = try await layout.addImage(
                layers: [.init(tar: RegistryFixture.tar(fileSize: 100))],
                config: OCIConfig(env: ["ARCH=\(architecture)"]),
                platform: platform
            )
            entries.append((platform, blob))
        }
        try await layout.addIndex(tag: "multi", entries)
        let (armDigest, amdDigest) = (entries[0].1.digest, entries[1].1.digest)
        try await RealRegistry.with { registry in
            try await registry.push(layout, tag: "multi", as: "multi:1")
            let client = try RegistryFixture.client(insecure: [registry.address])
            let reference = try ImageReference("\(registry.address)/multi:1")
            let amd = try await client.resolve(reference, platform: Platform(architecture: "amd64"))
            let arm = try await client.resolve(reference, platform: Platform(architecture: "arm64", variant: "v8"))
            #expect((amd.manifestDigest.description, amd.config.env) == (amdDigest, ["ARCH=amd64"]))
            #expect((arm.manifestDigest.description, arm.config.env) == (armDigest, ["ARCH=arm64"]))
            await #expect {
                try await client.resolve(reference, platform: Platform(architecture: "s390x"))
            } throws: { ($0 as? RegistryError)?.kind == .incompatible }
            let byDigest = try ImageReference("\(registry.address)/multi@\(armDigest)")
            #expect(await client.failure(byDigest)?.kind == .incompatible)
        }
    }

    @Test("a password opens a private registry, and nothing else does")
    func basic() async throws {
        let layout = try OCILayoutBuilder()
        try await layout.addImage(tag: "one", layers: [.init(tar: RegistryFixture.tar(fileSize: 9000))])
        try await RealRegistry.with(auth: .basic(user: "bob", password: "hunter2 ü")) { registry in
            try await registry.push(layout, tag: "one", as: "private/app:v1")
            let client = try RegistryFixture.client(insecure: [registry.address])
            let reference = try ImageReference("\(registry.address)/private/app:v1")
            let bob = RegistryCredentials(username: "bob", password: "hunter2 ü")
            let image = try await client.resolve(reference, credentials: bob, platform: RegistryFixture.platform)
            let layer = image.manifest.layers[0]
            #expect(try await client.bytes(layer, of: reference, credentials: bob).count == Int(layer.size))
            #expect(await client.failure(reference)?.kind == .denied)
            let wrong = await client.failure(reference, RegistryCredentials(username: "bob", password: "wrong"))
            #expect(wrong?.description.contains("authorization failed: username and password are invalid") == true)
            #expect(wrong?.description.contains("wrong") == false)
        }
    }

    @Test("what is not there, or was damaged on the registry's disk, is told apart")
    func damaged() async throws {
        let layout = try OCILayoutBuilder()
        try await layout.addImage(tag: "one", layers: [.init(tar: RegistryFixture.tar(fileSize: 50_000))])
        try await RealRegistry.with { registry in
            try await registry.push(layout, tag: "one", as: "app:v1")
            let client = try RegistryFixture.client(insecure: [registry.address])
            let reference = try ImageReference("\(registry.address)/app:v1")
            #expect(await client.failure(try ImageReference("\(registry.address)/app:v2"))?.kind == .notFound)
            #expect(await client.failure(try ImageReference("\(registry.address)/other:v1"))?.kind == .notFound)
            let layer = try await client.resolve(reference, platform: RegistryFixture.platform).manifest.layers[0]
            let file = registry.blobFile(layer.digest.description)
            var bytes = try Files.read(file)
            bytes[bytes.count / 2] ^= 1
            try Files.overwrite(file, bytes: bytes)
            #expect(await blobFailure(client, layer, reference)?.kind == .digestMismatch)
            try Files.removeFile(file)
            #expect(await blobFailure(client, layer, reference)?.kind == .notFound)
        }
    }

    @Test("without the operator's word nothing is sent to a registry in clear")
    func unlisted() async throws {
        try await RealRegistry.with { registry in
            let failure = try await RegistryFixture.client().failure(ImageReference("\(registry.address)/app:v1"))
            #expect(failure?.kind == .temporary)
            #expect(try !registry.log().contains("GET /v2"))
        }
    }

    private func blobFailure(
        _ client: RegistryClient,
        _ layer: ImageDescriptor,
        _ reference: ImageReference
    ) async -> RegistryError? {
        do throws(BlobError<Never>) {
            try await client.blob(layer, of: reference) { (_) throws(Never) in }
            return nil
        } catch {
            switch error {
            case .registry(let error): return error
            }
        }
    }
}

extension RealRegistry {
    /// Where a blob lies on the registry's disk.
    fileprivate func blobFile(_ digest: String) -> String {
        let hex = digest.dropFirst("sha256:".count)
        return "\(dataDirectory)/docker/registry/v2/blobs/sha256/\(hex.prefix(2))/\(hex)/data"
    }
}

extension Files {
    fileprivate static func overwrite(_ path: String, bytes: [UInt8]) throws(Errno) { try replace(path, with: bytes) }
}
