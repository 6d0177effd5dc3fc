import MartletBBSAPI
import MartletHTTP
import MartletModels
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("Exchanges about tasks recorded from the original BBS")
struct RecordedTasksTests {
    @Test("every answer is the recorded one, and so is what auctioneer and cells are told")
    func exchanges() async throws {
        let cluster = try await Cluster(cells: ["cell-a", "cell-b"])
        for fixture in TaskFixture.exchanges {
            try await replay(fixture, on: cluster)
            let auctions = await cluster.role.auctioneer.takeWaiting().tasks.keys.map(\.rawValue).sorted()
            #expect(auctions == (fixture.auctions ?? []).sorted(), "\(fixture.name)")
            let cancelled = await cluster.cells.takeCancelledTasks().map { "/v1/tasks/\($0)/cancel" }
            #expect(cancelled == fixture.cellCalls ?? [], "\(fixture.name)")
        }
    }

    @Test("every completion callback has the recorded bytes and is repeated as often as recorded")
    func callbacks() async throws {
        let listener = CallbackListener()
        let cluster = try await Cluster(cells: ["cell-a"], callbacks: listener)
        for fixture in TaskFixture.callbacks {
            try await replay(fixture, on: cluster)
            await cluster.role.tasks.callbacks.workOff()
            let requests = await listener.takeRequests()
            let expected = try (fixture.calls ?? []).map { try Sent($0, createdAt: cluster.clock.now) }
            #expect(requests.map(Sent.init) == expected, "\(fixture.name)")
            for request in requests {
                #expect(request.method == .post && request.headers["Content-Type"] == "application/json")
            }
        }
    }

    private func replay(_ fixture: TaskFixture, on cluster: Cluster) async throws {
        let request = HTTPRequest(.post, fixture.path, body: fixture.request)
        let answer = try await cluster.transport.send(request, timeout: .seconds(1))
        #expect(answer.status == .ok && answer.headers["Content-Type"] == "application/x-protobuf")
        guard fixture.path.contains("get_by_task_guid") || fixture.path.contains("list") else {
            return #expect(answer.body == fixture.response, "\(fixture.name)")
        }
        let recorded = try await tasks(fixture, fixture.response).map { $0.comparable(at: cluster.clock.now) }
        #expect(try await tasks(fixture, answer.body).map { $0.comparable() } == recorded, "\(fixture.name)")
        if recorded.isEmpty { #expect(answer.body == fixture.response, "\(fixture.name)") }
    }

    /// The tasks of an answer as a client reads them, ordered by guid; none when it is a refusal.
    private func tasks(_ fixture: TaskFixture, _ answer: [UInt8]) async throws -> [MartletTask] {
        let isList = fixture.path.contains("list")
        let path = isList ? BBSRoutes.tasks.path : BBSRoutes.task.path
        let route = Route(.post, path) { _ in
            HTTPResponse(.ok, headers: ["Content-Type": "application/x-protobuf"], body: .bytes(answer))
        }
        let client = BBSClient(transport: RouteTableTransport([route]), sleep: { _ in })
        if isList { return try await client.tasks().sorted { $0.guid < $1.guid } }
        do throws(BBSClientError) { return [try await client.task("any")] } catch {
            guard case .bbs = error else { throw error }
            return []
        }
    }

    /// A callback, with what changes from run to run taken from this run.
    private struct Sent: Hashable {
        var path: Substring
        var body: String

        init(_ request: HTTPRequest) {
            path = request.path.dropFirst("http://127.0.0.1:19118".count)
            body = String(decoding: request.body, as: UTF8.self)
        }

        init(_ call: TaskFixture.Call, createdAt: Timestamp) throws {
            path = call.path[...]
            let time = try #require(call.body.firstRange(of: "\"created_at\":"))
            body = "\(call.body[..<time.upperBound])\(createdAt.nanoseconds)}"
        }
    }
}

extension MartletTask {
    /// The same with fields that are kept without a look in one order: maps in them come in a random one.
    ///
    /// - Parameter time: given for a recorded task, as if all had happened then.
    fileprivate func comparable(at time: Timestamp? = nil) -> MartletTask {
        var (definition, completion) = (definition, completion)
        definition.unknownFields.bytes.sort()
        if let time { completion?.at = time }
        let newState: State =
            switch (state, completion) {
            case (.completed, let completion?): .completed(completion)
            case (.resolving, let completion?): .resolving(completion)
            default: state
            }
        return MartletTask(
            restoring: guid,
            domain: domain,
            definition: definition,
            createdAt: time ?? createdAt,
            updatedAt: time ?? updatedAt,
            state: newState,
            rejectionCount: rejectionCount,
            rejectionReason: rejectionReason
        )
    }
}
