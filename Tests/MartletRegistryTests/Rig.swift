import MartletHTTP

@testable import MartletRegistry

/// A client on a scripted network.
struct Rig: Sendable {
    let client: RegistryClient
    let network: ScriptedNetwork
    let time: TestTime
    let image: FakeImage
    let reference: ImageReference

    /// - Parameter fault: answers instead of the well-behaved registry; gets how often the same was asked before.
    init(
        _ reference: String = "reg.test/app:v1",
        image: FakeImage = FakeImage(),
        insecure: [String] = [],
        certificates: CertificateDirectories = CertificateDirectories(),
        fault: @escaping @Sendable (SeenRequest, Int) -> Scripted? = { _, _ in nil }
    ) throws {
        var configuration = RegistryConfiguration()
        configuration.insecureHosts = try InsecureHosts(insecure)
        configuration.certificates = certificates
        let (network, time) = (ScriptedNetwork { fault($0, $1) ?? image.answer($0) }, TestTime())
        client = RegistryClient(configuration: configuration, timing: time.timing) { trust in
            ScriptedTransport(network: network, trust: trust, time: time)
        }
        self.network = network
        self.time = time
        self.image = image
        self.reference = try ImageReference(reference)
    }

    func resolve(_ credentials: RegistryCredentials? = nil) async throws(RegistryError) -> ResolvedImage {
        try await client.resolve(reference, credentials: credentials, platform: Platform(architecture: "amd64"))
    }

    /// Resolves, then reads the only layer.
    @discardableResult
    func pull(_ credentials: RegistryCredentials? = nil) async throws(RegistryError) -> [UInt8] {
        let resolved = try await resolve(credentials)
        return try await layer(resolved.manifest.layers[0], credentials)
    }

    func layer(
        _ descriptor: ImageDescriptor,
        _ credentials: RegistryCredentials? = nil
    ) async throws(RegistryError) -> [UInt8] {
        var bytes: [UInt8] = []
        do throws(BlobError<Never>) {
            try await client.blob(descriptor, of: reference, credentials: credentials) { (piece) throws(Never) in
                bytes += piece
            }
        } catch {
            switch error {
            case .registry(let error): throw error
            }
        }
        return bytes
    }

    /// The error that `resolve` ends with.
    func failure(_ credentials: RegistryCredentials? = nil) async -> RegistryError? {
        do throws(RegistryError) { _ = try await resolve(credentials) } catch { return error }
        return nil
    }

    /// The error that `pull` ends with.
    func pullFailure(_ credentials: RegistryCredentials? = nil) async -> RegistryError? {
        do throws(RegistryError) { try await pull(credentials) } catch { return error }
        return nil
    }
}
