/// Whom a connection to one registry trusts and what it presents. Minimum TLS 1.2.
///
/// Hashable, so that whoever makes transports may keep one for each trust.
public struct RegistryTrust: Hashable, Sendable {
    /// PEM files of a certificate to present and its key.
    public struct ClientCertificate: Hashable, Sendable {
        public var certificateFile: String
        public var keyFile: String

        public init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    /// PEM files of authorities that are trusted beside the system's.
    public var caFiles: [String]
    public var clientCertificate: ClientCertificate?
    /// False only for hosts on the operator's list: then any certificate is accepted, for any name.
    public var verify: Bool

    public init(caFiles: [String] = [], clientCertificate: ClientCertificate? = nil, verify: Bool = true) {
        self.caFiles = caFiles
        self.clientCertificate = clientCertificate
        self.verify = verify
    }
}
