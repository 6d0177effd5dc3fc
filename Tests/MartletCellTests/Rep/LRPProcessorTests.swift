import MartletHTTP
import MartletLinux
import MartletModels
import MartletTestSupport
import Testing

@testable import MartletCell

@Suite("LRP processor")
struct LRPProcessorTests {
    private let harness: CellHarness

    init() throws { harness = try CellHarness() }

    private var other: ActualLRPInstanceKey { .fixture("other", on: "cell-2") }

    /// Nothing is left of the instance, on the machine and in the table.
    private func isClean(_ cell: CellRole) async -> Bool {
        let snapshot = await cell.executor.snapshot()
        return snapshot.records.isEmpty && snapshot.ledger.available == harness.configuration.executor.total
            && harness.machine.state.withLock { $0.containers.isEmpty && $0.rootFS.isEmpty && $0.processes.isEmpty }
    }

    @Test("reserved and unclaimed: claims, runs, and reports with its addresses")
    func runs() async throws {
        _ = harness.desire { desired in
            desired.ports = [8080, 8080]
            desired.routes = ["internal-router": Array(#"[{"hostname":"app.internal"}]"#.utf8)]
            desired.metricTags["index"] = MetricTagValue(dynamic: .index)
        }
        try await harness.withCell { cell in
            let id = try await harness.runInstance(cell)
            let record = try #require(harness.record)
            #expect(record.instanceKey == ActualLRPInstanceKey(instanceGUID: id, cellID: CellHarness.cellID))
            #expect(record.netInfo?.ports == [PortMapping(containerPort: 8080, hostPort: 58_080)])
            #expect(record.internalRoutes == ["app.internal"])
            #expect(record.metricTags == ["source_id": "app", "index": "0"])
            #expect(record.routable)
            let names = harness.machine.container(id)?.environment.map(\.name)
            #expect(names == ["PATH", "INSTANCE_GUID", "CF_INSTANCE_GUID", "INSTANCE_INDEX", "CF_INSTANCE_INDEX"])
            #expect(
                harness.lines.cellTexts == [
                    "Cell cell-1 creating container for instance \(id)",
                    "Cell cell-1 successfully created container for instance \(id)",
                ]
            )
        }
    }

    @Test("reserved, and another instance has the key: the container is deleted")
    func claimRefused() async throws {
        _ = harness.desire()
        harness.board.put(.fixture(CellHarness.key, .running(other, ActualLRPNetInfo(address: "192.0.2.9"))))
        try await harness.withCell { cell in
            try await harness.offer(cell)
            await eventually("deleted") { await isClean(cell) && !harness.board.calls.isEmpty }
            #expect(harness.record?.instanceKey == other)
        }
    }

    @Test("the flag is off: a claim is refused once, and nothing loops")
    func flagOffAtClaim() async throws {
        _ = harness.desire()
        harness.board.state.withLock { $0.refusesAll = true }
        try await harness.withCell { cell in
            try await harness.offer(cell)
            await eventually("deleted") { await isClean(cell) && harness.board.calls.contains("claim app/0") }
            harness.clock.advance(by: .seconds(120))
            await harness.clock.waitForSleepers(2)
            #expect(harness.board.calls.filter { $0.hasPrefix("claim") } == ["claim app/0"])
        }
    }

    @Test("the flag goes off while it starts: it is stopped with grace, removed, and nothing loops")
    func flagOffAtStart() async throws {
        _ = harness.desire { desired in
            desired.checkDefinition = CheckDefinition(checks: [Check(tcp: TCPCheck(port: 8080))])
        }
        try await harness.withCell { cell in
            try await harness.offer(cell)
            await eventually("claimed") { harness.record?.state.name == .claimed }
            await eventually("created") { await cell.executor.snapshot().records.first?.state.name == .created }
            harness.board.state.withLock { $0.refusesAll = true }
            harness.machine.set(port: 8080, [.passed])
            await eventually("gone", onEachTry: harness.advance(by: .milliseconds(50))) {
                await isClean(cell) && harness.record == nil
            }
            #expect(harness.board.calls.filter { $0.hasPrefix("start") } == ["start app/0"])
            #expect(harness.lines.texts.contains("LOG/OUT Exit status 143"))
        }
    }

    @Test("nobody desires it any more: the reservation goes at once")
    func notWanted() async throws {
        try await harness.withCell { cell in
            try await harness.offer(cell)
            await eventually("claim refused") { harness.board.calls.contains("claim app/0") }
            await eventually("gone") { await isClean(cell) }
            #expect(!harness.board.calls.contains { $0.hasPrefix("crash") || $0.hasPrefix("start") })
        }
    }

    @Test("running, and the record is gone: it is created again")
    func recreates() async throws {
        _ = harness.desire()
        try await harness.withCell { cell in
            let id = try await harness.runInstance(cell)
            harness.board.state.withLock { $0.actual = [:] }
            await eventually("back", onEachTry: harness.advance(by: .seconds(1))) {
                harness.record?.instanceKey?.instanceGUID == id
            }
        }
    }

    @Test("running, and another instance runs: it is stopped, and the other's record stays")
    func replaced() async throws {
        _ = harness.desire()
        try await harness.withCell { cell in
            _ = try await harness.runInstance(cell)
            harness.board.put(.fixture(CellHarness.key, .running(other, ActualLRPNetInfo(address: "192.0.2.9"))))
            await eventually("gone", onEachTry: harness.advance(by: .seconds(1))) { await isClean(cell) }
            #expect(harness.record?.instanceKey == other)
        }
    }

    @Test("stopped: the machine is clean before the BBS hears of it")
    func stopOrder() async throws {
        _ = harness.desire()
        try await harness.withCell { cell in
            let id = try await harness.runInstance(cell)
            harness.machine.state.withLock { $0.destroyFailures = 1 }
            let stop = "/v1/lrps/app/instances/\(id)/stop"
            #expect(await cell.answer(.post, stop).status == .accepted)
            #expect(await cell.answer(.post, stop).status == .accepted)
            await eventually("first try fails") { harness.machine.state.withLock { $0.destroyFailures == 0 } }
            #expect(harness.record?.state.name == .running)
            await eventually("gone", onEachTry: harness.advance(by: .seconds(1))) { harness.record == nil }
            #expect(await isClean(cell))
            #expect(!harness.board.calls.contains { $0.hasPrefix("crash") })
            #expect(await cell.answer(.post, stop).status == .internalServerError)
            #expect(try await cell.executor.crashes() == [])
        }
    }

    @Test("crashed: told with its reason, deleted, and a capsule is kept")
    func crash() async throws {
        _ = harness.desire { $0.logSource = "WEB" }
        try await harness.withCell { cell in
            let id = try await harness.runInstance(cell)
            harness.machine.end("action", in: id, ProcessExit(status: 137, outOfMemory: true))
            await eventually("restarting") { harness.record?.crashCount == 1 }
            #expect(harness.record?.state == .unclaimed)
            #expect(harness.record?.crashReason == "WEB: Exited with status 137 (out of memory)")
            await eventually("clean") { await isClean(cell) }
            let capsule = try #require(try await cell.executor.crashes().first)
            #expect(capsule.cause == .outOfMemory)
            #expect(capsule.lastOutput == ["Exit status 137 (out of memory)"])
            #expect(capsule.memoryPeak == 4_096)
            let body = await String(decoding: cell.answer(.get, "/martlet/v1/crashes").bytes, as: UTF8.self)
            #expect(body.contains(#""cause":"out_of_memory""#) && body.contains(#""instance_guid":"\#(id)""#))
        }
    }

    @Test("an exit with status 0 is a crash without a reason")
    func exitZero() async throws {
        _ = harness.desire()
        harness.machine.set("/app", .exits(0))
        try await harness.withCell { cell in
            try await harness.offer(cell)
            await eventually("crashed") { harness.board.calls.contains("crash app/0: ") }
            await eventually("clean") { await isClean(cell) }
            #expect(try await cell.executor.crashes().map(\.cause) == [.exit(0)])
        }
    }

    @Test("with a monitor an exit with status 0 is nothing by itself")
    func exitZeroMonitored() async throws {
        _ = harness.desire { desired in
            desired.checkDefinition = CheckDefinition(checks: [Check(tcp: TCPCheck(port: 8080))])
        }
        harness.machine.set(port: 8080, [.passed])
        harness.machine.set("/app", .exits(0))
        try await harness.withCell { cell in
            _ = try await harness.runInstance(cell)
            harness.machine.set(port: 8080, [.failed("refused")])
            await eventually("unhealthy", onEachTry: harness.advance(by: .seconds(1))) {
                harness.board.calls.contains {
                    $0 == "crash app/0: Instance became unhealthy: Liveness check unsuccessful: refused"
                }
            }
        }
    }

    @Test("an image that cannot be pulled crashes the instance with one sentence")
    func pullFailure() async throws {
        _ = harness.desire()
        harness.machine.state.withLock { $0.prepareFailure = "The registry has no such image." }
        try await harness.withCell { cell in
            try await harness.offer(cell)
            let reason = "failed to create container: The registry has no such image."
            await eventually("crashed") { harness.record?.crashReason == reason }
            await eventually("clean") { await isClean(cell) }
            #expect(try await cell.executor.crashes().map(\.cause) == [.creation])
        }
    }

    @Test("a stop during a pull ends the pull, and removes the record")
    func stopDuringPull() async throws {
        _ = harness.desire()
        harness.machine.state.withLock { $0.pullsHang = true }
        try await harness.withCell { cell in
            try await harness.offer(cell)
            await eventually("pulling") { await cell.executor.snapshot().records.first?.state.name == .initializing }
            let id = try #require(await cell.executor.snapshot().records.first?.id)
            #expect(await cell.answer(.post, "/v1/lrps/app/instances/\(id)/stop").status == .accepted)
            await eventually("gone") { harness.record == nil }
            #expect(await isClean(cell))
        }
    }

    @Test("a BBS that does not answer loses nothing: the crash is told when it is back")
    func unreachable() async throws {
        _ = harness.desire()
        try await harness.withCell { cell in
            let id = try await harness.runInstance(cell)
            harness.board.state.withLock { $0.isUnreachable = true }
            harness.machine.end("action", in: id, ProcessExit(status: 1))
            await eventually("tried") { harness.board.calls.contains { $0.hasPrefix("crash") } }
            #expect(await cell.executor.container(id) != nil)
            harness.board.state.withLock { $0.isUnreachable = false }
            await eventually("told", onEachTry: harness.advance(by: .milliseconds(500))) {
                harness.record?.crashCount == 1
            }
            #expect(harness.record?.crashReason == "LOG: Exited with status 1")
            await eventually("clean") { await isClean(cell) }
        }
    }

    @Test("a record of a container that does not exist is removed")
    func residual() async throws {
        let gone = ActualLRPInstanceKey.fixture("gone", on: CellHarness.cellID.rawValue)
        harness.board.put(.fixture(CellHarness.key, .running(gone, ActualLRPNetInfo(address: "192.0.2.1"))))
        try await harness.withCell { _ in
            await eventually("removed") { harness.record == nil }
        }
    }

    @Test("a container that vanishes crashes the instance")
    func vanishes() async throws {
        _ = harness.desire { desired in
            desired.checkDefinition = CheckDefinition(checks: [Check(tcp: TCPCheck(port: 8080))])
        }
        harness.machine.set(port: 8080, [.passed])
        harness.machine.set("/app", .exits(0))
        try await harness.withCell { cell in
            let id = try await harness.runInstance(cell)
            harness.machine.lose(id)
            await eventually("found out", onEachTry: harness.advance(by: .seconds(1))) {
                harness.board.calls.contains("crash app/0: missing garden container")
            }
            await eventually("clean", onEachTry: harness.advance(by: .seconds(1))) { await isClean(cell) }
        }
    }
}
