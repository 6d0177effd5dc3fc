public import MartletHTTP
import MartletProtobuf

/// Typed calls of the BBS over any transport.
///
/// Every verb of the BBS may be repeated safely, so a call whose answer was lost is sent again.
public struct BBSClient: Sendable {
    public struct Configuration: Sendable {
        /// Scheme, host and port, without a slash at the end.
        public var baseURL: String
        /// For one try.
        public var timeout: Duration
        /// Tries in all, at least 1. Only transport errors are tried again.
        public var attempts: Int
        /// Between tries; the Go client waits as long.
        public var delay: Duration

        public init(
            baseURL: String = "http://127.0.0.1:8889",
            timeout: Duration = .seconds(10),
            attempts: Int = 3,
            delay: Duration = .milliseconds(500)
        ) {
            self.baseURL = baseURL
            self.timeout = timeout
            self.attempts = attempts
            self.delay = delay
        }
    }

    let transport: any HTTPTransport
    let configuration: Configuration
    private let sleep: @Sendable (Duration) async -> Void

    /// - Parameter sleep: waits between tries; passed in so that a simulation can.
    public init(
        transport: any HTTPTransport,
        configuration: Configuration = Configuration(),
        sleep: @escaping @Sendable (Duration) async -> Void
    ) {
        self.transport = transport
        self.configuration = configuration
        self.sleep = sleep
    }

    /// Sends one request along one route.
    ///
    /// - Throws: `.bbs` when the BBS refused.
    @discardableResult
    public func call<Request: BBSRequest, Response: BBSResponse>(
        _ route: BBSRoute<Request, Response>,
        _ request: Request,
        traceID: String = ""
    ) async throws(BBSClientError) -> Response {
        let answer = try await send(httpRequest(route.path, request.encoded(), traceID: traceID))
        guard answer.status.isSuccess, answer.headers["Content-Type"] == BBSRoutes.contentType else {
            throw .status(answer.status)
        }
        let response: Response
        do { response = try Response(decoding: answer.body) } catch { throw .undecodable("\(route.path): \(error)") }
        if let error = response.error { throw .bbs(error) }
        return response
    }

    func httpRequest(_ path: String, _ body: [UInt8], traceID: String = "") -> HTTPRequest {
        var request = HTTPRequest(.post, configuration.baseURL + path, body: body)
        request.headers["Content-Type"] = BBSRoutes.contentType
        if !traceID.isEmpty { request.headers[BBSRoutes.traceHeader] = traceID }
        return request
    }

    private func send(_ request: HTTPRequest) async throws(BBSClientError) -> HTTPAnswer {
        var attempt = 1
        while true {
            do throws(HTTPTransportError) {
                return try await transport.send(request, timeout: configuration.timeout)
            } catch {
                let failure = BBSClientError.transport(error)
                guard failure.isTransient, attempt < configuration.attempts, !Task.isCancelled else { throw failure }
            }
            attempt += 1
            await sleep(configuration.delay)
        }
    }
}
