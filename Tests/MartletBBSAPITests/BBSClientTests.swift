import MartletBBSAPI
import MartletHTTP
import MartletModels
import MartletProtobuf
import Synchronization
import Testing

@Suite("BBS client")
struct BBSClientTests {
    private func client(_ transport: any HTTPTransport, attempts: Int = 3) -> BBSClient {
        let configuration = BBSClient.Configuration(baseURL: "http://bbs", attempts: attempts)
        return BBSClient(transport: transport, configuration: configuration) { _ in }
    }

    @Test("asks a route, and reads its answer")
    func call() async throws {
        let lrp = WireVectorsTests.unclaimed
        let route = BBSRoutes.actualLRPs.handler { request, traceID in
            #expect(request == ActualLRPsRequest(processGUID: ProcessGUID("pg"), index: 0))
            return ActualLRPsResponse([lrp])
        }
        let list = try await client(RouteTableTransport([route]))
            .actualLRPs(ActualLRPsRequest(processGUID: ProcessGUID("pg"), index: 0))
        #expect(list == [lrp])
    }

    @Test("sends the trace id, and throws what the BBS refused with")
    func refusal() async {
        let route = BBSRoutes.removeDesiredLRP.handler { _, traceID throws(BBSError) in
            throw BBSError(.resourceNotFound, traceID)
        }
        await #expect(throws: BBSClientError.bbs(BBSError(.resourceNotFound, "trace"))) {
            try await client(RouteTableTransport([route])).removeDesiredLRP(ProcessGUID("g"), traceID: "trace")
        }
    }

    @Test("the handler refuses what does not validate before the body sees it")
    func validation() async {
        let route = BBSRoutes.retireActualLRP.handler { _, _ in
            Issue.record("reached")
            return LifecycleResponse()
        }
        let key = ActualLRPKey(processGUID: ProcessGUID(""), index: -1, domain: DomainName("d"))
        let error = BBSError(.invalidRequest, "Invalid field: process_guid, Invalid field: index")
        await #expect(throws: BBSClientError.bbs(error)) {
            try await client(RouteTableTransport([route])).retire(key)
        }
    }

    @Test("an unknown route, and an answer that is no message, are not mistaken for success")
    func status() async {
        await #expect(throws: BBSClientError.status(.notFound)) {
            try await client(RouteTableTransport([])).domains()
        }
        let text = Route(.post, BBSRoutes.domains.path) { _ in .text(.ok, "hello") }
        await #expect(throws: BBSClientError.status(.ok)) {
            try await client(RouteTableTransport([text])).domains()
        }
        let broken = Route(.post, BBSRoutes.domains.path) { _ in .protobuf([0x0a]) }
        await #expect(throws: BBSClientError.undecodable("/v1/domains/list: truncated")) {
            try await client(RouteTableTransport([broken])).domains()
        }
    }

    @Test("tries again after transport errors, as often as configured, and after nothing else", arguments: 0...3)
    func retries(failures: Int) async throws {
        let transport = FlakyTransport(failures: failures)
        if failures < 3 {
            #expect(try await client(transport).ping())
        } else {
            await #expect(throws: BBSClientError.transport(.timedOut("late"))) { try await client(transport).ping() }
        }
        #expect(transport.calls.withLock { $0 } == min(failures + 1, 3))
    }

    @Test("reads the event stream, skips what it does not know, and passes on where to resume")
    func events() async throws {
        let created = InstanceEvent.actualLRPCreated(WireVectorsTests.unclaimed)
        let route = Route(.post, BBSRoutes.instanceEventsPath) { request in
            #expect(request.headers["Last-Event-ID"] == "6")
            #expect(request.body == EventsByCellIDRequest(cellID: CellID("c")).encoded())
            let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
            continuation.yield(ServerSentEvent(id: "7", event: "task_created", data: "").encoded)
            continuation.yield(created.serverSentEvent(id: "8", traceID: "t").encoded)
            continuation.finish()
            return HTTPResponse(.ok, headers: ServerSentEvents.headers, body: .stream(stream))
        }
        var received: [ReceivedEvent] = []
        let stream = try await client(RouteTableTransport([route])).events(cellID: CellID("c"), lastEventID: "6")
        for try await event in stream { received.append(event) }
        #expect(received == [ReceivedEvent(id: "8", traceID: "t", event: created)])
    }
}

/// Answers pings after some failures.
private final class FlakyTransport: HTTPTransport {
    let calls = Mutex(0)
    private let failures: Int

    init(failures: Int) { self.failures = failures }

    func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPAnswer {
        let call = calls.withLock { calls in
            calls += 1
            return calls
        }
        guard call > failures else { throw .timedOut("late") }
        let headers: HTTPHeaders = ["Content-Type": BBSRoutes.contentType]
        return HTTPAnswer(status: .ok, headers: headers, body: PingResponse(available: true).encoded())
    }

    func open(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPStreamingAnswer {
        throw .invalidRequest("no streams")
    }
}
