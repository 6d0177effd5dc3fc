/// Where a client's requests go: over a socket (`HTTPClient`), or straight into a route table in tests and
/// simulation.
public protocol HTTPTransport: Sendable {
    /// Sends one request and reads the whole answer. Any status is an answer, not an error.
    /// - Parameter timeout: for the whole exchange.
    func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPAnswer

    /// Sends one request and hands over the body piece by piece as it arrives, after the head was read.
    func open(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPStreamingAnswer
}

/// An answer with its body read to the end.
public struct HTTPAnswer: Sendable {
    public var status: HTTPStatus
    public var headers: HTTPHeaders
    public var body: [UInt8]

    public init(status: HTTPStatus, headers: HTTPHeaders, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// An answer whose body arrives over time; the transfer is cancelled when `body` is dropped.
public struct HTTPStreamingAnswer: Sendable {
    public var status: HTTPStatus
    public var headers: HTTPHeaders
    public var body: AsyncThrowingStream<[UInt8], any Error>

    public init(status: HTTPStatus, headers: HTTPHeaders, body: AsyncThrowingStream<[UInt8], any Error>) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Why no answer came.
public enum HTTPTransportError: Error, Hashable, Sendable {
    /// Nothing was sent: name not found, connection refused, TLS refused. The text says which, and the address.
    case cannotConnect(String)
    case timedOut(String)
    /// The connection broke after the request may have been acted on.
    case interrupted(String)
    /// The caller gave it something that cannot be sent, for example a broken URL.
    case invalidRequest(String)
    /// The answer is larger than the transport's limit.
    case answerTooLarge(limit: Int)
}
