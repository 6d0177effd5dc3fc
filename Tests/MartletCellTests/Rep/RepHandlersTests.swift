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
}
