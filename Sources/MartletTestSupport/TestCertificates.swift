import MartletLinux

/// An authority of one test and certificates that it signed, made by `openssl`. PEM files, gone with the value.
public final class TestCertificates: Sendable {
    private let scratch: ScratchDirectory
    /// The authority's certificate.
    public var authority: String { scratch.file("ca.pem") }
    public var authorityKey: String { scratch.file("ca.key") }
    public var directory: String { scratch.path }

    public init() async throws {
        scratch = try ScratchDirectory("martlet-certs")
        try await SystemTool.run(
            Self.newKey("ca", scratch) + ["-x509", "-days", "2", "-subj", "/CN=Martlet test authority"]
                + ["-out", scratch.file("ca.pem")]
        )
    }

    /// Signs a certificate for the loopback addresses, usable by servers and clients.
    /// - Returns: PEM files.
    public func issue(_ name: String) async throws -> (certificate: String, key: String) {
        let request = scratch.file("\(name).csr")
        try await SystemTool.run(Self.newKey(name, scratch) + ["-subj", "/CN=\(name)", "-out", request])
        let extensions = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\nbasicConstraints=CA:FALSE\n"
        try Files.replace(scratch.file("\(name).ext"), with: Array(extensions.utf8))
        try await SystemTool.run([
            "openssl", "x509", "-req", "-in", request, "-CA", authority, "-CAkey", authorityKey, "-days", "2",
            "-set_serial", "\(UInt32.random(in: 1 ... .max))", "-extfile", scratch.file("\(name).ext"),
            "-out", scratch.file("\(name).pem"),
        ])
        return (scratch.file("\(name).pem"), scratch.file("\(name).key"))
    }

    private static func newKey(_ name: String, _ scratch: ScratchDirectory) -> [String] {
        ["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", scratch.file("\(name).key")]
    }
}
