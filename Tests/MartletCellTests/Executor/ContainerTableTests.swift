import MartletModels
import MartletTestSupport
import Testing

@testable import MartletCell

@Suite("Container table")
struct ContainerTableTests {
    private let directory: ScratchDirectory

    init() throws { directory = try ScratchDirectory() }

    private func open() throws -> ContainerTable {
        let total = CellCapacity(memoryMB: 1_000, diskMB: 1_000, containers: 10)
        return try ContainerTable(path: "\(directory.path)/cell.sqlite", ledger: ResourceLedger(total: total))
    }

    @Test("what was written is there when the file is opened again, in every state")
    func survives() async throws {
        let netInfo = ActualLRPNetInfo(
            address: "192.0.2.1",
            ports: [PortMapping(containerPort: 8080, hostPort: 61_001)],
            instanceAddress: "10.254.0.2",
            preferredAddress: .host
        )
        var table = try open()
        for id in ["a", "b", "c", "d", "e"] as [InstanceGUID] { try await table.reserve(.fixture(id), at: .epoch) }
        for id in ["b", "c", "d"] as [InstanceGUID] {
            try await table.update(id) { (record) throws(ExecutorError) in try record.initialize(.fixture("app")) }
        }
        for id in ["c", "d"] as [InstanceGUID] {
            try await table.update(id) { (record) throws(ExecutorError) in try record.create(netInfo) }
        }
        try await table.update("d") { (record) throws(ExecutorError) in
            try record.run()
            record.requestStop()
        }
        try await table.complete("e", RunResult(failed: true, reason: "why", retryable: true), capsule: nil)
        let before = await table.snapshot
        table = try open()
        let after = await table.snapshot
        #expect(after.records == before.records)
        #expect(after.ledger.reservations == before.ledger.reservations)
        #expect(after.records.map(\.state.name) == [.reserved, .initializing, .created, .running, .completed])
    }

    @Test("the registry's password is not written down")
    func password() async throws {
        var table = try open()
        var desired = DesiredLRP.fixture("app")
        desired.imageCredentials = ImageCredentials(username: "me", password: "secret")
        try await table.reserve(.fixture("a"), at: .epoch)
        let given = desired
        try await table.update("a") { (record) throws(ExecutorError) in try record.initialize(given) }
        table = try open()
        #expect(await table.record("a")?.state.desired?.imageCredentials == .init(username: "", password: ""))
    }

    @Test("a removed record gives its room back and takes its steps along")
    func remove() async throws {
        let table = try open()
        try await table.reserve(.fixture("a"), at: .epoch)
        #expect(try await table.beginStep("action", of: "a", at: .epoch).isNew)
        #expect(try await !table.beginStep("action", of: "a", at: .epoch).isNew)
        try await table.remove("a")
        try await table.remove("a")
        #expect(await table.snapshot.ledger.available.memoryMB == 1_000)
        try await table.reserve(.fixture("a"), at: .epoch)
        #expect(try await table.beginStep("action", of: "a", at: .epoch).isNew)
    }

    @Test("a step remembers when it began, that it started, and how it ended")
    func steps() async throws {
        let table = try open()
        try await table.reserve(.fixture("a"), at: .epoch)
        _ = try await table.beginStep("action", of: "a", at: .epoch + .seconds(3))
        try await table.startedStep("action", of: "a")
        let exit = ProcessExit(status: 137, outOfMemory: true)
        try await table.endedStep("action", of: "a", exit)
        let expected = StepEntry(begunAt: .epoch + .seconds(3), isNew: false, started: true, exit: exit)
        #expect(try await table.beginStep("action", of: "a", at: .epoch + .seconds(9)) == expected)
    }

    @Test("events: reserved, running, each change of readiness, completed")
    func events() async throws {
        let table = try open()
        let events = await table.events()
        try await table.reserve(.fixture("a"), at: .epoch)
        try await table.update("a") { (record) throws(ExecutorError) in try record.initialize(.fixture("app")) }
        try await table.update("a") { (record) throws(ExecutorError) in
            try record.create(ActualLRPNetInfo(address: "192.0.2.1"))
        }
        try await table.update("a") { (record) throws(ExecutorError) in try record.run() }
        try await table.update("a") { $0.setRoutable(false) }
        try await table.update("a") { $0.setRoutable(false) }
        try await table.complete("a", .succeeded, capsule: nil)
        try await table.complete("a", .succeeded, capsule: nil)
        var seen: [ContainerEvent] = []
        for await event in events.prefix(4) { seen.append(event) }
        #expect(seen == [.reserved("a"), .running("a"), .running("a"), .completed("a")])
    }

    @Test("of the crashes the last hundred are kept, newest first; a stop is no crash")
    func crashes() async throws {
        let table = try open()
        func crash(_ id: InstanceGUID, reason: String, stopped: Bool = false) async throws {
            try await table.reserve(.fixture(id), at: .epoch)
            if stopped { try await table.update(id) { $0.requestStop() } }
            let capsule = CrashCapsule(
                key: .fixture("app"),
                instance: id,
                at: .epoch,
                cause: .signal(9),
                reason: reason,
                lastOutput: ["a", "\"b\""],
                memoryPeak: 7
            )
            try await table.complete(id, RunResult(failed: true, reason: reason), capsule: capsule)
            try await table.remove(id)
        }
        for number in 0..<105 { try await crash(InstanceGUID("i\(number)"), reason: "\(number)") }
        try await crash("stopped", reason: "stopped", stopped: true)
        let crashes = try await table.crashes()
        #expect(crashes.map(\.reason) == (5..<105).reversed().map(String.init))
        #expect(crashes.first?.lastOutput == ["a", "\"b\""])
        #expect(crashes.first?.cause == .signal(9))
    }
}
