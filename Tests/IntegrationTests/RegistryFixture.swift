import MartletHTTP
import MartletLinux
import MartletModels
import MartletRegistry
import MartletTestSupport

/// What the registry tests share: images to push, and a client over real sockets.
enum RegistryFixture {
    static let platform = Platform(architecture: "amd64")

    /// A tar stream with one file of that many bytes that do not compress well.
    static func tar(fileSize: Int, seed: UInt8 = 1) -> [UInt8] {
        var tar = TarBuilder()
        var state = UInt32(seed) &* 2_654_435_761
        tar.add(
            "data",
            .file(
                (0..<fileSize).map { _ in
                    state = state &* 1_664_525 &+ 1_013_904_223
                    return UInt8(truncatingIfNeeded: state >> 24)
                }
            )
        )
        return tar.finished()
    }

    static func client(
        insecure: [String] = [],
        certificates: CertificateDirectories = CertificateDirectories()
    ) throws -> RegistryClient {
        var configuration = RegistryConfiguration()
        configuration.insecureHosts = try InsecureHosts(insecure)
        configuration.certificates = certificates
        return RegistryClient(configuration: configuration, clock: SystemClock()) { trust in
            HTTPClient(HTTPClient.Configuration(trust))
        }
    }

    static func certificates(_ root: String) -> CertificateDirectories {
        CertificateDirectories(roots: [root], commonDirectory: nil) { try? Files.list($0) }
    }
}

extension RegistryClient {
    /// All bytes of a blob.
    func bytes(
        _ descriptor: ImageDescriptor,
        of reference: ImageReference,
        credentials: RegistryCredentials? = nil
    ) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await blob(descriptor, of: reference, credentials: credentials) { bytes += $0 }
        return bytes
    }

    /// The kind of error that looking the image up ends with.
    func failure(
        _ reference: ImageReference,
        _ credentials: RegistryCredentials? = nil
    ) async -> RegistryError? {
        do throws(RegistryError) {
            _ = try await resolve(reference, credentials: credentials, platform: RegistryFixture.platform)
            return nil
        } catch { return error }
    }
}
