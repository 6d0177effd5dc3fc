import MartletBBSAPI
import MartletHTTP
import MartletLog
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletServer

/// Cells that note what they are told; one of them may answer only when it is let go.
private actor NotingCells: CellClient {
    private(set) var told: [String] = []
    private var hanging: CellID?
    private var waiters: [CheckedContinuation<Void, Never>] = []
    private(set) var mostAtOnce = 0
    private var atOnce = 0

    init(hanging: CellID? = nil) { self.hanging = hanging }

    /// How many calls the hanging cell has not answered.
    var openCount: Int { waiters.count }

    func release() {
        hanging = nil
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    func update(
        _ key: ActualLRPKey,
        _ instanceGUID: InstanceGUID,
        _ update: LRPLiveUpdate,
        on cell: CellPresence,
        traceID: String
    ) async throws(RepClientError) {
        told.append("\(instanceGUID) on \(cell.cellID): \(update.internalRoutes ?? [])")
        guard cell.cellID == hanging else { return }
        atOnce += 1
        mostAtOnce = max(mostAtOnce, atOnce)
        await withCheckedContinuation { waiters.append($0) }
        atOnce -= 1
        throw .transport(.timedOut("no answer"))
    }

    func cancelTask(_ guid: TaskGUID, on cell: CellPresence, traceID: String) async throws(RepClientError) {}
    func state(of cell: CellPresence) async throws(RepClientError) -> CellState { throw .status(.notFound) }
    func perform(_ work: CellWork, on cell: CellPresence, traceID: String) async throws(RepClientError) -> CellWork {
        work
    }
    func stop(
        _ processGUID: ProcessGUID,
        _ instanceGUID: InstanceGUID,
        on cell: CellPresence,
        traceID: String
    ) async throws(RepClientError) {}
}

@Suite("InstanceUpdater")
struct InstanceUpdaterTests {
    private func makeStore(route: String = "first") async throws -> Store {
        let store = try Store.open(path: ":memory:", Store.Configuration(now: { .epoch + .seconds(1) }))
        for cell in ["a", "b"] {
            try await store.registerCell(.fixture(cell), timeToLive: .seconds(60), session: cell)
        }
        var desired = DesiredLRP.fixture("app", instances: 50)
        desired.routes = routes(route)
        _ = try await store.desire(desired)
        return store
    }

    private func routes(_ name: String) -> [String: [UInt8]] {
        ["internal-router": Array("[{\"hostname\":\"\(name)\"}]".utf8)]
    }

    private func instance(_ index: Int, on cell: String, presence: ActualLRP.Presence = .ordinary) -> ActualLRP {
        .fixture(.fixture("app", index), .claimed(.fixture("i-\(index)", on: cell)), presence: presence)
    }

    /// Ends also when the test's time is over.
    private func eventually(_ condition: () async -> Bool) async {
        while await !condition(), !Task.isCancelled { await Task.yield() }
    }

    @Test("a cell that hangs is asked a few at a time, and holds up no other", .timeLimit(.minutes(1)))
    func hanging() async throws {
        let cells = NotingCells(hanging: "a")
        let updater = InstanceUpdater(store: try await makeStore(), cells: cells, log: .discarding)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await updater.run() }
            updater.enqueue((0..<30).map { instance($0, on: "a") } + (30..<50).map { instance($0, on: "b") })
            await eventually { await cells.told.count { $0.contains("on b") } == 20 }
            await eventually { await cells.openCount == UpdateQueue.workersPerCell }
            await cells.release()
            await eventually { await cells.told.count == 50 }
            group.cancelAll()
        }
        #expect(await cells.mostAtOnce == UpdateQueue.workersPerCell)
        #expect(await Set(cells.told).count == 50)
    }

    @Test("the last that an instance hears is the newest, however often it was enqueued", .timeLimit(.minutes(1)))
    func newest() async throws {
        let store = try await makeStore()
        let cells = NotingCells(hanging: "a")
        let updater = InstanceUpdater(store: store, cells: cells, log: .discarding)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await updater.run() }
            updater.enqueue([instance(0, on: "a")])
            await eventually { await cells.openCount == 1 }
            for name in ["second", "third"] {
                _ = try await store.update(ProcessGUID("app"), DesiredLRPUpdate(routes: routes(name)))
                updater.enqueue([instance(0, on: "a")])
            }
            // Behind the others in the queue: when it has been told, they have been taken in.
            updater.enqueue([instance(1, on: "b")])
            await eventually { await cells.told.count == 2 }
            await cells.release()
            await eventually { await cells.told.count == 3 }
            group.cancelAll()
        }
        #expect(
            await cells.told == [#"i-0 on a: ["first"]"#, #"i-1 on b: ["third"]"#, #"i-0 on a: ["third"]"#]
        )
    }

    @Test(
        "nobody is told of an instance that no cell holds, of an evacuating one, or of what is not there any more",
        .timeLimit(.minutes(1))
    )
    func nobody() async throws {
        let cells = NotingCells()
        let updater = InstanceUpdater(store: try await makeStore(), cells: cells, log: .discarding)
        let gone = ActualLRP.fixture(.fixture("gone"), .claimed(.fixture("i", on: "a")))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await updater.run() }
            updater.enqueue([.fixture(.fixture("app", 9)), instance(8, on: "a", presence: .evacuating), gone])
            updater.enqueue([instance(7, on: "lost"), instance(6, on: "a", presence: .suspect)])
            await eventually { await !cells.told.isEmpty }
            group.cancelAll()
        }
        #expect(await cells.told == [#"i-6 on a: ["first"]"#])
    }
}
