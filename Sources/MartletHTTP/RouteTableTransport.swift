/// Sends requests straight into a route table, without sockets: for tests of handlers and for simulation.
///
/// A request's path may be a whole URL; only its path counts. Timeouts are not kept, because only the owner of the
/// simulated clock knows the time; wrap the transport to lose or delay messages.
public struct RouteTableTransport: HTTPTransport {
    private let table: RouteTable

    public init(_ table: RouteTable) { self.table = table }
    public init(_ routes: [Route]) { table = RouteTable(routes) }

    public func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPAnswer {
        let response = await answer(request)
        var answer = HTTPAnswer(status: response.status, headers: response.headers, body: [])
        switch response.body {
        case .bytes(let bytes): answer.body = bytes
        case .stream(let stream): for await piece in stream { answer.body += piece }
        }
        return answer
    }

    public func open(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPStreamingAnswer {
        let response = await answer(request)
        let body: AsyncThrowingStream<[UInt8], any Error>
        switch response.body {
        case .bytes(let bytes):
            body = AsyncThrowingStream {
                if !bytes.isEmpty { $0.yield(bytes) }
                $0.finish()
            }
        case .stream(let stream):
            // All iterators of a stream take from the same storage.
            body = AsyncThrowingStream {
                var iterator = stream.makeAsyncIterator()
                return await iterator.next()
            }
        }
        return HTTPStreamingAnswer(status: response.status, headers: response.headers, body: body)
    }

    private func answer(_ request: HTTPRequest) async -> HTTPResponse {
        var request = request
        (request.path, request.query) = RequestTarget.split(request.path, query: request.query)
        var response = await table.answer(request)
        if request.method == .head || !response.mayHaveContent { response.body = .bytes([]) }
        return response
    }
}
