extension HTTPServer {
    /// Where a server listens.
    public enum Endpoint: Hashable, Sendable {
        /// A numeric IPv4 or IPv6 address; port 0 takes any free one.
        case tcp(address: String, port: UInt16)
        /// A socket that an earlier process left behind is replaced, one that answers is not.
        case unix(path: String, mode: UInt32 = 0o660)
        /// A listening socket that systemd passed; the server owns it from then on.
        case inherited(descriptor: Int32)
    }

    /// Where a server listens, and its limits.
    public struct Configuration: Sendable {
        public var endpoint: Endpoint
        /// More connections wait in the kernel.
        public var connectionLimit: UInt32 = 4096
        /// A larger request body is answered with 413.
        public var maximumBodyBytes = 16 << 20
        /// A connection between requests, or stuck inside one, is closed after this time, in whole seconds; zero never
        /// closes it. Longer than the 90 s for which Go clients keep idle connections. A stream has no such limit.
        ///
        /// It also ends connections whose client left in the middle of a request: libmicrohttpd waits for edges, and
        /// misses an end that comes together with the last bytes.
        public var idleTimeout: Duration = .seconds(120)

        public init(_ endpoint: Endpoint) { self.endpoint = endpoint }
    }
}
