/// Sends requests with libcurl, on one thread of its own, and keeps connections for reuse.
///
/// Redirects are never followed, cookies never kept, the environment never read. Safe to use from any task; a
/// cancelled task's transfer is aborted and ends as `.interrupted`.
public final class HTTPClient: HTTPTransport {
    private let configuration: Configuration
    private let identity: TLSIdentity
    private let loop: CurlLoop

    public init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
        identity = TLSIdentity(configuration)
        loop = CurlLoop()
    }

    deinit { loop.close() }

    public func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPAnswer {
        let collector = AnswerCollector(limit: configuration.answerLimit)
        let transfer = try makeTransfer(request, timeout: timeout, receiver: collector)
        let result: Result<HTTPAnswer, HTTPTransportError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                collector.expect(continuation)
                loop.start(transfer)
            }
        } onCancel: {
            loop.cancel(transfer)
        }
        return try result.get()
    }

    /// - Note: Only connecting is limited in time; the head and the body may take as long as they like.
    public func open(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPStreamingAnswer {
        let receiver = StreamReceiver()
        let transfer = try makeTransfer(request, timeout: nil, receiver: receiver)
        let result: Result<AnswerHead, HTTPTransportError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                receiver.expect(continuation)
                loop.start(transfer)
            }
        } onCancel: {
            loop.cancel(transfer)
        }
        let head = try result.get()
        let reader = StreamReader(pipe: receiver.pipe, transfer: transfer, loop: loop)
        return HTTPStreamingAnswer(
            status: head.status,
            headers: head.headers,
            body: AsyncThrowingStream { try await reader.next() }
        )
    }

    private func makeTransfer(
        _ request: HTTPRequest,
        timeout: Duration?,
        receiver: any TransferReceiver
    ) throws(HTTPTransportError) -> CurlTransfer {
        let plan = try TransferPlan(request, configuration: configuration, timeout: timeout)
        return try CurlTransfer(plan, identity: identity, receiver: receiver)
    }
}
