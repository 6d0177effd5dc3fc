import MartletHTTP

/// Takes what the server sends out, and answers as the path says: `/cb/N` with status N, `/cb/503-once` with 503 and
/// then 200, anything else with 200. Nobody listens on port 1.
actor CallbackListener: HTTPTransport {
    private(set) var requests: [HTTPRequest] = []
    private var error: HTTPTransportError?

    /// Every call ends in this from now on.
    func fail(_ error: HTTPTransportError?) { self.error = error }

    /// What was sent since this was asked last.
    func takeRequests() -> [HTTPRequest] {
        defer { requests = [] }
        return requests
    }

    func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPAnswer {
        if request.path.hasPrefix("http://127.0.0.1:1/") { throw .cannotConnect("connection refused") }
        requests.append(request)
        if let error { throw error }
        return HTTPAnswer(status: status(of: request), headers: [:], body: [])
    }

    func open(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPStreamingAnswer {
        throw .invalidRequest("nobody reads an outcome piece by piece")
    }

    private func status(of request: HTTPRequest) -> HTTPStatus {
        guard let name = request.path.split(separator: "/cb/").dropFirst().first else { return .ok }
        let isFirst = requests.count { $0.path == request.path } == 1
        if name == "503-once" { return isFirst ? HTTPStatus(rawValue: 503) : .ok }
        return Int(name.prefix { $0 != "?" }).map { HTTPStatus(rawValue: $0) } ?? .ok
    }
}
