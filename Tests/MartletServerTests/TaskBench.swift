import MartletBBSAPI
import MartletConvergence
import MartletHTTP
import MartletLog
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletServer

/// What a server needs for tasks, without sockets and on a clock that stands still.
struct TaskBench {
    let clock = SimulatedClock(now: .epoch + .seconds(1_000_000))
    let store: Store
    let cells: FakeCells
    let listener = RecordingListener()
    let tasks: TaskServices
    let auctioneer: Auctioneer
    let bbs: BBSClient
    let transport: RouteTableTransport

    init(cells names: [String] = ["a", "b"], docker: Bool = true) async throws {
        let clock = clock
        store = try Store.open(path: ":memory:", Store.Configuration(now: { clock.now }))
        cells = FakeCells(names)
        let loopClock = LoopClock(clock)
        tasks = TaskServices(
            store: store,
            cells: cells,
            callbackTransport: listener,
            clock: loopClock,
            log: .discarding
        )
        auctioneer = Auctioneer(store: store, cells: cells, clock: loopClock, log: .discarding)
        let handlers = BBSHandlers(
            store: store,
            auctioneer: auctioneer,
            stopper: InstanceStopper(store: store, cells: cells, clock: loopClock, log: .discarding),
            updater: InstanceUpdater(store: store, cells: cells, log: .discarding),
            tasks: tasks
        )
        transport = RouteTableTransport(handlers.routes)
        bbs = BBSClient(transport: transport, sleep: { _ in })
        try await store.setFeatureFlag(.diegoDocker, enabled: docker, by: "a test")
        for name in names {
            try await store.registerCell(.fixture(name), timeToLive: .seconds(3_600), session: "s-\(name)")
        }
    }

    /// The bytes that a route answers with, a millisecond after the one before.
    func answer(_ path: String, _ body: [UInt8]) async throws -> [UInt8] {
        clock.advance(by: .milliseconds(1))
        let answer = try await transport.send(HTTPRequest(.post, path, body: body), timeout: .seconds(1))
        #expect(answer.status == .ok && answer.headers["Content-Type"] == "application/x-protobuf")
        return answer.body
    }

    /// The part of a pass that is about tasks.
    @discardableResult
    func pass(startedAt: Timestamp? = nil, cellAppearedAt: Timestamp? = nil) async throws -> TaskConvergence.Outcome {
        let (live, policy) = try await store.read { (snapshot) throws(StoreError) in
            (Set(try snapshot.cells().map(\.presence.cellID)), AdmissionPolicy(flags: try snapshot.featureFlags()))
        }
        return try await tasks.convergence.pass(
            TaskSnapshot(
                now: clock.now,
                tasks: [],
                liveCells: live,
                policy: policy,
                cellAppearedAt: cellAppearedAt,
                startedAt: startedAt
            )
        )
    }

    func desire(_ guid: TaskGUID, _ definition: TaskDefinition = .fixture()) async throws {
        try await bbs.desireTask(guid, domain: "tasks", definition)
    }
}
