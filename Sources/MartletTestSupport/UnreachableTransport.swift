public import MartletHTTP

/// Nobody listens, wherever a request goes.
public struct UnreachableTransport: HTTPTransport {
    public init() {}

    public func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPAnswer {
        throw .cannotConnect("connection refused")
    }

    public func open(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPStreamingAnswer {
        throw .cannotConnect("connection refused")
    }
}
