import MartletHTTP
import MartletTestSupport

/// How somebody reaches whichever server serves by then.
struct ServerTransport: HTTPTransport {
    static let host = "server"

    let network: SimulatedNetwork
    let caller: String
    /// Asked when a request arrives.
    let server: @Sendable () -> ServerNode?
    let table: @Sendable (ServerNode) -> RouteTableTransport

    func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPAnswer {
        let table = table
        let result: Result<HTTPAnswer, HTTPTransportError> = try await network.call(
            Self.name(of: request),
            from: caller,
            to: Self.host,
            timeout: timeout,
            callee: server
        ) { node in
            do throws(HTTPTransportError) {
                return .success(try await table(node).send(request, timeout: timeout))
            } catch { return .failure(error) }
        }
        return try result.get()
    }

    func open(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPStreamingAnswer {
        throw .invalidRequest("streams are not simulated")
    }

    /// The path without scheme and host.
    private static func name(of request: HTTPRequest) -> String {
        request.path.split(separator: "/", omittingEmptySubsequences: true).dropFirst(2).joined(separator: "/")
    }
}
