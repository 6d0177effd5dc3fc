import MartletLinux
import MartletRegistry
import MartletTestSupport
import Testing

@Suite("Trusting a real registry", .timeLimit(.minutes(3)))
struct RegistryTLSTests {
    @Test("a certificate counts when its authority stands beside the registry's name, or nobody asks")
    func trust() async throws {
        let certificates = try await TestCertificates()
        let (certificate, key) = try await certificates.issue("server")
        let layout = try OCILayoutBuilder()
        try await layout.addImage(tag: "one", layers: [.init(tar: RegistryFixture.tar(fileSize: 100))])
        try await RealRegistry.with(tls: (certificate, key)) { registry in
            try await registry.push(layout, tag: "one", as: "app:v1")
            let reference = try ImageReference("\(registry.address)/app:v1")
            let failure = try await RegistryFixture.client().failure(reference)
            #expect(failure?.kind == .insecure, "\(failure?.description ?? "no error")")
            #expect(failure?.description.contains("please use the --insecure-registry option.") == true)

            let listed = try RegistryFixture.client(insecure: [registry.address])
            #expect(await listed.failure(reference) == nil)
            #expect(try await RegistryFixture.client(insecure: ["127.0.0.0/8"]).failure(reference) == nil)

            let root = try ScratchDirectory()
            let authority = try Files.read(certificates.authority)
            let host = String(registry.address.prefix { $0 != ":" })
            try Files.makeDirectories(root.file(host))
            try Files.replace(root.file("\(host)/ca.crt"), with: authority)
            let onlyHost = try RegistryFixture.client(certificates: RegistryFixture.certificates(root.path))
            #expect(await onlyHost.failure(reference)?.kind == .insecure)

            try Files.makeDirectories(root.file(registry.address))
            try Files.replace(root.file("\(registry.address)/ca.crt"), with: authority)
            let withPort = try RegistryFixture.client(certificates: RegistryFixture.certificates(root.path))
            #expect(await withPort.failure(reference) == nil)

            try Files.replace(root.file("\(registry.address)/client.cert"), with: authority)
            let halfPair = try RegistryFixture.client(certificates: RegistryFixture.certificates(root.path))
            #expect(await halfPair.failure(reference)?.kind == .misconfigured)
        }
    }
}
