import Glibc
import MartletLinux
import MartletModels
import MartletTestSupport
import Testing

@testable import MartletCell

@Suite("Adoption")
struct AdoptionTests {
    private let harness: CellHarness

    /// More calls than a life makes until an instance runs, or until a stopped one is gone.
    private static let (stepsToRun, stepsToStop) = (40, 40)

    init() throws { harness = try CellHarness() }

    @Test("a shutdown leaves the instance running, and the next life takes it up: same process")
    func restart() async throws {
        _ = harness.desire()
        let id = try await harness.withCell { try await harness.runInstance($0) }
        let before = harness.machine.running.map(\.pid)
        #expect(before.count == 1)
        try await harness.withCell { cell in
            await eventually("adopted") { cell.executor.adopted.value != nil }
            #expect(harness.machine.running.map(\.pid) == before)
            #expect(await cell.executor.container(id)?.state.name == .running)
            harness.machine.end("action", in: id, ProcessExit(status: 7))
            await eventually("crash seen") { harness.record?.crashReason == "LOG: Exited with status 7" }
        }
        #expect(harness.machine.state.withLock { $0.started } == ["action"])
    }

    @Test("what ended while nobody watched is told by the next life")
    func endedMeanwhile() async throws {
        _ = harness.desire()
        let id = try await harness.withCell { try await harness.runInstance($0) }
        harness.machine.end("action", in: id, ProcessExit(status: 7))
        try await harness.withCell { _ in
            await eventually("crash seen") { harness.record?.crashReason == "LOG: Exited with status 7" }
        }
    }

    @Test("a stop asked for in one life is carried out with grace in the next")
    func stopAcrossLives() async throws {
        _ = harness.desire()
        harness.machine.set("/app", .ignoresTerm)
        let id = try await harness.withCell { cell in
            let id = try await harness.runInstance(cell)
            try await cell.executor.stop(id)
            await eventually("told") { harness.machine.running.first?.signals == [.terminate] }
            return id
        }
        #expect(harness.machine.running.count == 1)
        try await harness.withCell { _ in
            await eventually("killed", onEachTry: harness.advance(by: .seconds(1))) { harness.record == nil }
        }
        #expect(harness.machine.container(id) == nil)
        #expect(!harness.board.calls.contains { $0.hasPrefix("crash") })
    }

    @Test("a stop that comes while the next life takes over is not lost")
    func stopDuringAdoption() async throws {
        _ = harness.desire()
        let id = try await harness.withCell { try await harness.runInstance($0) }
        let cell = try harness.makeCell()
        harness.machine.state.withLock { state in
            state.whenListed = { try? await cell.executor.stop(id) }
        }
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await cell.run() }
            await eventually("gone") { harness.record == nil }
            tasks.cancelAll()
        }
        #expect(harness.machine.container(id) == nil)
    }

    @Test("strangers are destroyed, and records without a container are completed")
    func strangers() async throws {
        _ = harness.desire()
        let id = try await harness.withCell { try await harness.runInstance($0) }
        harness.machine.lose(id)
        harness.machine.state.withLock { state in
            state.containers["stranger"] = .fixture("stranger")
            state.rootFS.insert("stranger")
        }
        try await harness.withCell { cell in
            await eventually("told") { harness.board.calls.contains("crash app/0: missing garden container") }
            await eventually("clean") { await cell.executor.snapshot().records.isEmpty }
        }
        #expect(harness.machine.state.withLock { $0.containers.isEmpty && $0.rootFS.isEmpty })
    }

    @Test("a process that was lost without a trace ends the instance with a clear reason")
    func lostProcess() async throws {
        _ = harness.desire()
        let id = try await harness.withCell { try await harness.runInstance($0) }
        harness.machine.state.withLock { $0.processes = [:] }
        try await harness.withCell { _ in
            await eventually("told") {
                harness.record?.crashReason == "process action was lost while the cell's agent was away"
            }
            await eventually("destroyed") { harness.machine.container(id) == nil }
        }
    }

    @Test("a setup that has run is not run again, and messages are not repeated")
    func setupOnce() async throws {
        _ = harness.desire { desired in
            desired.setup = .process("/setup")
            desired.action = .emitProgress(EmitProgressAction(action: .process("/app"), startMessage: "hello"))
        }
        harness.machine.set("/setup", .exits(0))
        _ = try await harness.withCell { try await harness.runInstance($0) }
        try await harness.withCell { cell in
            await eventually("adopted") { cell.executor.adopted.value != nil }
            await eventually("settled") { harness.clock.sleeperCount >= 3 }
        }
        #expect(harness.machine.state.withLock { $0.started } == ["setup", "action.e"])
        #expect(harness.lines.texts.filter { $0 == "LOG/OUT hello" }.count == 1)
    }

    /// Kills the agent at the n-th thing it does to the world, lets a next life take over, and sees that all is well.
    @Test("killed at any point, the next life brings the instance up, and only once", arguments: 0...Self.stepsToRun)
    func killedAnywhere(steps: Int) async throws {
        _ = harness.desire()
        let life = Life(steps: steps) { harness.snapshotFile() }
        try await harness.withCell(life) { cell in
            await eventually("registered or dead") { life.isDead || cell.executor.adopted.value != nil }
            if !life.isDead { _ = try? await harness.offer(cell) }
            await eventually("running or dead") { life.isDead || harness.record?.state.name == .running }
        }
        // The last of the arguments is beyond the end: no point was left out.
        if steps == Self.stepsToRun { #expect(!life.isDead) }
        try await secondLife(pidBefore: harness.machine.running.first?.pid, wasRunning: harness.isRunning)
    }

    /// The same for the way out: stop and removal.
    @Test("killed at any point of a stop, the next life finishes it", arguments: 0...Self.stepsToStop)
    func killedWhileStopping(steps: Int) async throws {
        _ = harness.desire()
        _ = try await harness.withCell { try await harness.runInstance($0) }
        let life = Life(steps: steps) { harness.snapshotFile() }
        try await harness.withCell(life) { cell in
            await eventually("adopted or dead") { life.isDead || cell.executor.adopted.value != nil }
            if let id = harness.record?.instanceKey?.instanceGUID { try? await cell.executor.stop(id) }
            await eventually("gone or dead") { life.isDead || harness.record == nil }
        }
        if steps == Self.stepsToStop { #expect(!life.isDead) }
        harness.adoptSnapshot()
        try await harness.withCell { cell in
            await eventually("adopted") { cell.executor.adopted.value != nil }
            // The BBS asks again for as long as it has a record of it.
            await eventually("gone", onEachTry: harness.advance(by: .milliseconds(200))) {
                if let id = harness.record?.instanceKey?.instanceGUID { try? await cell.executor.stop(id) }
                let isEmpty = await cell.executor.snapshot().records.isEmpty
                return harness.record == nil && isEmpty
            }
            await eventually("clean") {
                harness.machine.state.withLock { $0.containers.isEmpty && $0.rootFS.isEmpty && $0.processes.isEmpty }
            }
        }
    }

    private func secondLife(pidBefore: Int?, wasRunning: Bool) async throws {
        harness.adoptSnapshot()
        try await harness.withCell { cell in
            await eventually("adopted") { cell.executor.adopted.value != nil }
            await eventually("running", onEachTry: harness.advance(by: .milliseconds(200))) {
                if harness.record == nil { harness.board.put(.fixture(CellHarness.key)) }
                if harness.record?.state == .unclaimed, await cell.executor.snapshot().records.isEmpty {
                    _ = try? await harness.offer(cell)
                }
                return harness.isRunning && harness.machine.running.count == 1
            }
            let id = try #require(harness.record?.instanceKey?.instanceGUID)
            #expect(harness.machine.state.withLock { Set($0.containers.keys) } == [id])
            #expect(harness.machine.state.withLock { $0.rootFS } == [id])
            #expect(await cell.executor.snapshot().records.map(\.id) == [id])
            if wasRunning { #expect(harness.machine.running.first?.pid == pidBefore) }
        }
    }
}

extension CellHarness {
    var isRunning: Bool { record?.state.name == .running }

    /// Copies the file as it is at this instant: what a killed process leaves behind.
    func snapshotFile() {
        let current = path.withLock { $0 }
        for suffix in ["", "-wal"] {
            guard let bytes = try? Files.read(current + suffix) else { continue }
            try? Files.replace("\(current).killed\(suffix)", with: bytes)
        }
    }

    /// Makes the copy the file of the next life, if there is one.
    func adoptSnapshot() {
        path.withLock { path in if Files.exists("\(path).killed") { path += ".killed" } }
    }
}
