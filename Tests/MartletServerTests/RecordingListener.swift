import MartletHTTP

/// Who gets callbacks: answers `/cb/N` with status N, and `/cb/503-once` with 503 once. Nobody listens on port 1.
actor RecordingListener: HTTPTransport {
    struct Call: Hashable, Sendable {
        var method = HTTPMethod.post
        var path: String
        var contentType: String
        var body: String
    }

    private(set) var calls: [Call] = []
    private var hasFailedOnce = false
    /// What the next calls come to, instead of an answer.
    private var failures: [HTTPTransportError] = []

    func fail(_ failures: [HTTPTransportError]) { self.failures = failures }

    func takeCalls() -> [Call] {
        defer { calls = [] }
        return calls
    }

    func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPAnswer {
        guard !request.path.contains(":1/") else { throw .cannotConnect("connection refused") }
        let path = "/" + request.path.split(separator: "/", maxSplits: 2).dropFirst(2).joined()
        calls.append(
            Call(
                method: request.method,
                path: path,
                contentType: request.headers["Content-Type"] ?? "",
                body: String(decoding: request.body, as: UTF8.self)
            )
        )
        if !failures.isEmpty { throw failures.removeFirst() }
        return HTTPAnswer(status: status(path), headers: [:], body: [])
    }

    private func status(_ path: String) -> HTTPStatus {
        if path == "/cb/503-once" {
            defer { hasFailedOnce = true }
            return hasFailedOnce ? .ok : .serviceUnavailable
        }
        return HTTPStatus(rawValue: Int(path.dropFirst(4).prefix(3)) ?? 200)
    }

    func open(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPStreamingAnswer {
        throw .invalidRequest("callbacks are not streams")
    }
}
