extension HTTPClient {
    /// Where a client's requests go, whom it trusts, and its limits.
    public struct Configuration: Sendable {
        /// What goes before a request's path: `http://127.0.0.1:8889`, `https://…`, or `unix:/run/martlet/bbs.sock`.
        /// `nil` when every request's path is a whole URL.
        public var baseURL: String?
        /// PEM files with the authorities to trust.
        public var caFiles: [String] = []
        /// Whether the system's authorities are trusted beside `caFiles`. Off for mutual TLS between our own parts.
        public var trustsSystemCAs = true
        /// Off only where an operator said so: then any certificate is accepted, for any name.
        public var verifyPeer = true
        /// PEM files of the certificate to present, and its key.
        public var clientCertificate: String?
        public var clientKey: String?
        /// `http://host:port` of a proxy for everything but unix sockets; `nil` connects directly.
        public var proxy: String?
        /// For name lookup, TCP and TLS together.
        public var connectTimeout: Duration = .seconds(10)
        /// The most bytes of body that `send` reads.
        public var answerLimit = 256 << 20
        public var userAgent = "martlet/0.1"

        public init(baseURL: String? = nil) { self.baseURL = baseURL }
    }
}
