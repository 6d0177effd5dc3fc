import MartletCell
import MartletContainers
import MartletLinux
import MartletModels
import MartletTestSupport
import Testing

@Suite("Cell with real containers", .serialized, .enabled(if: ContainersFixture.available, "needs root and runc"))
struct CellTests {
    private func withCell(_ body: (CellFixture) async throws -> Void) async throws {
        try await ContainersFixture.with { containers in
            let fixture = try CellFixture(containers)
            let result: Result<Void, any Error>
            do { result = .success(try await body(fixture)) } catch { result = .failure(error) }
            // Whatever a failed test has left running goes first: it holds the root file systems.
            _ = try await containers.containers.destroyUnknown(keep: [])
            let (cell, _) = try await fixture.makeCell()
            try await cell.executor.ports.rootFS.adopt(keeping: [])
            try result.get()
        }
    }

    private func initPID(_ containers: Containers) async -> [Int32] {
        var pids: [Int32] = []
        for container in await containers.list { pids += await containers.processes(of: container.id).map(\.pid) }
        return pids
    }

    @Test("an instance runs, answers its health check, is stopped, and nothing of it is left")
    func lifecycle() async throws {
        try await withCell { fixture in
            try await fixture.withLife { cell, _ in
                try await fixture.run("echo up; exec /bin/httpd -f -p 8080 -h /www", on: cell) { desired in
                    desired.ports = [8080]
                    let http = HTTPCheck(port: 8080, path: "/index.html")
                    desired.checkDefinition = CheckDefinition(checks: [Check(http: http)])
                }
                try await fixture.waits("running") { fixture.record?.state.name == .running }
                let instance = try #require(fixture.record?.instanceKey)
                #expect(fixture.record?.netInfo?.ports.first?.containerPort == 8080)
                #expect(fixture.lines.texts.contains("APP/OUT up"))
                try await cell.executor.stop(instance.instanceGUID)
                try await fixture.waits("gone") { fixture.record == nil }
                #expect(await cell.executor.snapshot().records.isEmpty)
                #expect(try await fixture.containers.remains() == [])
                #expect(try await cell.executor.crashes() == [])
            }
        }
    }

    @Test("an agent that goes away leaves the process running, and the next one takes it up")
    func restart() async throws {
        try await withCell { fixture in
            let script = "trap 'echo bye; exit 0' TERM; echo up; while true; do sleep 0.1; done"
            let pids = Locked<[Int32]>([])
            try await fixture.withLife { cell, containers in
                try await fixture.run(script, on: cell)
                try await fixture.waits("running") { fixture.record?.state.name == .running }
                let found = await initPID(containers)
                pids.withLock { $0 = found }
            }
            let before = pids.withLock { $0 }
            #expect(before.count == 1)
            try await fixture.withLife { cell, containers in
                try await fixture.waits("taken up") { await initPID(containers) == before }
                let instance = try #require(fixture.record?.instanceKey)
                #expect(await cell.executor.container(instance.instanceGUID)?.state.name == .running)
                try await cell.executor.stop(instance.instanceGUID)
                try await fixture.waits("gone") { fixture.record == nil }
                #expect(fixture.lines.texts.contains("APP/OUT bye"))
                #expect(try await fixture.containers.remains() == [])
            }
        }
    }

    @Test("a crash is told with its reason, and an unknown command too")
    func crashes() async throws {
        try await withCell { fixture in
            try await fixture.withLife { cell, _ in
                try await fixture.run("echo oops >&2; exit 7", on: cell)
                try await fixture.waits("crashed") { fixture.record?.crashCount == 1 }
                #expect(fixture.record?.crashReason == "APP: Exited with status 7")
                try await fixture.waits("gone") { await cell.executor.snapshot().records.isEmpty }
                let capsule = try #require(try await cell.executor.crashes().first)
                #expect(capsule.cause == .exit(7))
                #expect(capsule.lastOutput == ["oops", "Exit status 7"])
                #expect(try await fixture.containers.remains() == [])
            }
        }
    }
}
