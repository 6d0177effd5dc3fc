public import MartletHTTP

extension HTTPClient.Configuration {
    /// A client for registries that are trusted like `trust` says; every request names its whole URL.
    public init(_ trust: RegistryTrust) {
        self.init(baseURL: nil)
        caFiles = trust.caFiles
        trustsSystemCAs = true
        verifyPeer = trust.verify
        clientCertificate = trust.clientCertificate?.certificateFile
        clientKey = trust.clientCertificate?.keyFile
    }
}
