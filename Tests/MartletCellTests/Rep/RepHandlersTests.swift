import MartletBBSAPI
import MartletHTTP
import MartletLinux
import MartletModels
import MartletTestSupport
import Testing

@testable import MartletCell

@Suite("Rep handlers")
struct RepHandlersTests {
    private let harness: CellHarness

    init() throws { harness = try CellHarness() }

    @Test("state: 503 until the cell has taken over what it had, then what the ledger says")
    func state() async throws {
        _ = harness.desire()
        #expect(await (try harness.makeCell()).answer(.get, "/state").status == .serviceUnavailable)
        try await harness.withCell { cell in
            let id = try await harness.runInstance(cell)
            let answer = await cell.answer(.get, "/state")
            #expect(answer.status == .ok)
            let state = try RepJSON.cellState(from: answer.bytes)
            #expect(state.available == CellCapacity(memoryMB: 960, diskMB: 3_968, containers: 15))
            #expect(state.total == harness.configuration.executor.total)
            #expect(state.lrps.map(\.instanceGUID) == [id])
            #expect(state.lrps.map(\.state) == [.running])
            #expect(state.startingContainerCount == 0)
            #expect(!state.evacuating)
        }
    }

    @Test("work: another cell's is an error, broken JSON is the caller's fault")
    func wrongCell() async throws {
        let cell = try harness.makeCell()
        let work = CellWork(lrps: [], cellID: "cell-9")
        #expect(await cell.answer(.post, "/work", body: RepJSON.encode(work)).status == .internalServerError)
        #expect(await cell.answer(.post, "/work", body: Array("{".utf8)).status == .badRequest)
        #expect(await cell.answer(.get, "/ping").status == .ok)
    }

    @Test("work: what does not fit comes back")
    func refuses() async throws {
        let cell = try harness.makeCell()
        #expect(try await harness.offer(cell, memoryMB: 1_025).lrps.count == 1)
        #expect(try await harness.offer(cell, memoryMB: 1_024).lrps.isEmpty)
        #expect(try await harness.offer(cell, memoryMB: 1).lrps.count == 1)
    }

    @Test("an evacuating cell takes nothing, and says so")
    func evacuating() async throws {
        let cell = try harness.makeCell()
        let answer = await cell.answer(.post, "/evacuate")
        #expect(answer.status == .accepted)
        #expect(String(decoding: answer.bytes, as: UTF8.self) == #"{"ping_path":"/ping"}"#)
        #expect(try await harness.offer(cell).lrps.count == 1)
        let state = try RepJSON.cellState(from: await cell.answer(.get, "/state").bytes)
        #expect(state.evacuating)
    }

    @Test("presence: at once, then every five seconds, under one session for a life")
    func presence() async throws {
        func sessions() -> [String] { harness.board.state.withLock { $0.presences.map(\.session) } }
        try await harness.withCell { _ in
            await eventually("announced") { sessions().count == 1 }
            await eventually("again", onEachTry: harness.advance(by: .seconds(1))) { sessions().count == 3 }
            #expect(harness.clock.now >= .epoch + .seconds(10))
        }
        let first = sessions()
        #expect(Set(first).count == 1)
        #expect(harness.board.state.withLock { $0.presences.first?.presence } == harness.configuration.presence)
        try await harness.withCell { _ in
            await eventually("announced") { sessions().count > first.count }
        }
        #expect(sessions().last != first.first)
    }

    @Test("update: a running instance reports its new routes and tags at once, and so do later lives")
    func update() async throws {
        _ = harness.desire { desired in
            desired.routes = ["internal-router": Array(#"[{"hostname":"old"}]"#.utf8), "cf-router": Array("[]".utf8)]
            desired.metricTags = ["i": MetricTagValue(dynamic: .index)]
        }
        func put(_ update: LRPLiveUpdate, _ id: InstanceGUID, _ version: String, on cell: CellRole) async -> HTTPStatus
        {
            let body = RepJSON.encode(update, of: CellHarness.key, id)
            return await cell.answer(.put, "/\(version)/lrps/app/instances/\(id)", body: body).status
        }
        let id = try await harness.withCell { cell in
            let id = try await harness.runInstance(cell)
            #expect(harness.record?.internalRoutes == ["old"] && harness.record?.metricTags == ["i": "0"])
            let update = LRPLiveUpdate(internalRoutes: ["new", "a \"/"], metricTags: ["i": "0", "s": "x"])
            #expect(await put(update, id, "v2", on: cell) == .accepted)
            await eventually("reported") {
                harness.record?.internalRoutes == ["new", "a \"/"] && harness.record?.metricTags == update.metricTags
            }
            // What is left out stays, and routes that are gone are gone.
            #expect(await put(LRPLiveUpdate(internalRoutes: []), id, "v1", on: cell) == .accepted)
            await eventually("reported") { harness.record?.internalRoutes == [] }
            #expect(harness.record?.metricTags == update.metricTags)
            return id
        }
        harness.board.state.withLock { $0.actual[CellHarness.key] = nil }
        try await harness.withCell { cell in
            await eventually("reported again") { harness.record?.metricTags == ["i": "0", "s": "x"] }
            #expect(harness.record?.internalRoutes == [])
            let routes = await cell.executor.container(id)?.state.desired?.routes
            #expect(routes == ["cf-router": Array("[]".utf8)])
        }
    }

    @Test("update: what is already so is no news")
    func sameUpdate() async throws {
        _ = harness.desire()
        try await harness.withCell { cell in
            let id = try await harness.runInstance(cell)
            let before = await cell.executor.container(id)
            let events = await cell.executor.events()
            try await cell.executor.update(id, LRPLiveUpdate(internalRoutes: []))
            try await cell.executor.update(id, LRPLiveUpdate(metricTags: ["source_id": "app"]))
            #expect(await cell.executor.container(id) == before)
            try await cell.executor.update(id, LRPLiveUpdate(metricTags: ["source_id": "new"]))
            #expect(await events.first { _ in true } == .running(id))
        }
    }

    @Test("update: an instance that is being made takes it over as well, an unknown one is an error")
    func updateBeforeRunning() async throws {
        _ = harness.desire { desired in
            desired.checkDefinition = CheckDefinition(checks: [Check(tcp: TCPCheck(port: 8080))])
        }
        try await harness.withCell { cell in
            try await harness.offer(cell)
            await eventually("created") { await cell.executor.snapshot().records.first?.state.name == .created }
            let id = try #require(await cell.executor.snapshot().records.first?.id)
            try await cell.executor.update(id, LRPLiveUpdate(internalRoutes: ["new"]))
            #expect(await cell.executor.container(id)?.state.desired?.internalRouteHostnames == ["new"])
            #expect(await cell.executor.container(id)?.state.name == .created)
            let path = "/v2/lrps/app/instances/unknown"
            #expect(await cell.answer(.put, path, body: Array("{}".utf8)).status == .internalServerError)
            #expect(await cell.answer(.put, path, body: Array("{".utf8)).status == .badRequest)
        }
    }

    @Test("stop: an instance that is not there is an error, and the BBS hears soon that it is not")
    func stopUnknown() async throws {
        let gone = ActualLRPInstanceKey(instanceGUID: "gone", cellID: CellHarness.cellID)
        try await harness.withCell { cell in
            func stop() async -> HTTPStatus { await cell.answer(.post, "/v1/lrps/app/instances/gone/stop").status }
            await eventually("compared") { harness.board.calls.contains { $0.hasPrefix("list") } }
            harness.board.put(.fixture(CellHarness.key, .claimed(gone)))
            #expect(await stop() == .internalServerError)
            await eventually("removed", onEachTry: harness.advance(by: .milliseconds(100))) { harness.record == nil }
            #expect(harness.clock.now < .epoch + .seconds(10))
        }
    }

    @Test("stop: while the cell takes over what it had, an instance that is not there is as good as stopped")
    func stopUnknownDuringAdoption() async throws {
        let cell = try harness.makeCell()
        #expect(await cell.answer(.post, "/v1/lrps/app/instances/gone/stop").status == .accepted)
    }
}
