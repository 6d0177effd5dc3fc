/// Certificates that operators lay down for single registries: `ROOT/HOST[:PORT]/*.crt`, `NAME.cert` and `NAME.key`.
public struct CertificateDirectories: Sendable {
    /// Directories that hold a directory for each registry, for example `/etc/docker/certs.d`. The first one that knows
    /// a registry decides.
    public var roots: [String]
    /// A directory whose `*.crt` and `*.pem` are trusted for every registry.
    public var commonDirectory: String?
    /// The names in a directory; `nil` when it cannot be read, which is the same as not being there.
    public var list: @Sendable (String) -> [String]?

    /// None at all.
    public init() { self.init(roots: [], commonDirectory: nil) { _ in nil } }

    public init(roots: [String], commonDirectory: String?, list: @escaping @Sendable (String) -> [String]?) {
        self.roots = roots
        self.commonDirectory = commonDirectory
        self.list = list
    }

    /// What is known now about a registry; read again for each pull, so that new files count without a restart.
    /// - Parameter host: `host[:port]` as the image's name has it.
    /// - Throws: `.misconfigured` when half of a certificate pair is missing.
    func trust(for host: String, verify: Bool) throws(RegistryError) -> RegistryTrust {
        var trust = RegistryTrust(verify: verify)
        if let commonDirectory {
            trust.caFiles = names(in: commonDirectory, endingIn: [".crt", ".pem"]).map { "\(commonDirectory)/\($0)" }
        }
        guard let directory = roots.lazy.map({ "\($0)/\(host)" }).first(where: { list($0) != nil }) else {
            return trust
        }
        trust.caFiles += names(in: directory, endingIn: [".crt"]).map { "\(directory)/\($0)" }
        let certificates = names(in: directory, endingIn: [".cert"]).map { $0.dropLast(5) }
        let keys = names(in: directory, endingIn: [".key"]).map { $0.dropLast(4) }
        if let alone = Set(certificates).symmetricDifference(keys).min() {
            let (present, absent) = certificates.contains(alone) ? ("cert", "key") : ("key", "cert")
            throw RegistryError(
                .misconfigured,
                "\(directory)/\(alone).\(present) has no \(alone).\(absent) beside it; add it or remove both."
            )
        }
        trust.clientCertificate = certificates.first.map { name in
            .init(certificateFile: "\(directory)/\(name).cert", keyFile: "\(directory)/\(name).key")
        }
        return trust
    }

    private func names(in directory: String, endingIn suffixes: [String]) -> [String] {
        (list(directory) ?? []).filter { name in suffixes.contains { name.hasSuffix($0) } }.sorted()
    }
}
