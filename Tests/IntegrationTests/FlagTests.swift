import Glibc
import MartletBBSAPI
import MartletLinux
import MartletModels
import MartletTestSupport
import Testing

@Suite("The flag, on the whole stack", .serialized, .enabled(if: StackFixture.available, "needs root and runc"))
struct FlagTests {
    private static let grace = 3.0
    /// A shell that ignores SIGTERM, and so ends with the grace.
    private static let stubborn = "trap '' TERM; while :; do sleep 1; done"

    @Test("clearing diego_docker ends all 30 instances from images without a trace, and setting it brings them back")
    func clearAndSet() async throws {
        let scratch = try ScratchDirectory("martlet-preloaded")
        try retrying("chmod") { unsafe chmod(scratch.path, 0o755) }
        try await StackImage().unpack(into: scratch.path)
        let settings = [
            "--stop-grace", "\(Int(Self.grace))", "--preloaded", "busybox:\(scratch.path)",
        ]
        try await RealJournal.with { journal in
            try await StackFixture.with(logFormat: .journal, settings: settings) { stack in
                let kept = try await keepOne(in: stack)
                let pids = try stack.machine.processes(of: kept.container)
                #expect(pids.count == 1)
                let before = try await stack.machine.remains()
                try await desireThirty(in: stack)
                let running = try await stack.waitsForRunning(31)
                try await clear(stack, journal, running.filter { $0.key != kept.key })
                #expect(try await stack.machine.remains() == before)
                #expect(try await stack.records().filter { $0.instanceKey != nil } == [kept])
                #expect(try stack.machine.processes(of: kept.container) == pids)
                #expect(try await stack.get("index.html", of: kept) == "hello\n")
                try await stack.run("feature-flags", "enable", "diego_docker")
                let again = try await stack.waitsForRunning(31)
                #expect(again.map(\.key) == running.map(\.key))
                #expect(again.contains(kept))
            }
        }
    }

    /// What the operator installed, which the flag does not govern.
    private func keepOne(in stack: StackFixture) async throws -> ActualLRP {
        var kept = DesiredLRP.fixture("kept", rootFS: "preloaded:busybox")
        kept.action = .run(
            RunAction(path: "/bin/httpd", arguments: Array(StackImage.server.dropFirst()), user: "root")
        )
        kept.ports = [8080]
        kept.checkDefinition = CheckDefinition(checks: [Check(tcp: TCPCheck(port: 8080))])
        try await stack.bbs.desire(kept)
        return try #require(try await stack.waitsForRunning(1).first)
    }

    /// 18 instances of three apps and 12 of four LRPs; of each kind three ignore SIGTERM.
    private func desireThirty(in stack: StackFixture) async throws {
        let image = try await StackImage().push(to: stack.registry, as: "team/app:v1")
        let size = ["-m", "32M", "-k", "64M", "-o", image, "--no-wait"]
        try await stack.run(["push", "web", "-i", "8"] + size)
        try await stack.run(["push", "worker", "-i", "7", "-u", "process", "-c", "exec sleep 1000"] + size)
        try await stack.run(["push", "stubborn", "-i", "3", "-u", "process", "-c", Self.stubborn] + size)
        for number in 1...4 {
            var lrp = DesiredLRP.fixture("bbs-\(number)", instances: 3, rootFS: try StackImage.rootFS(image))
            (lrp.memoryMB, lrp.diskMB) = (32, 64)
            let script = number == 1 ? Self.stubborn : "exec sleep 1000"
            lrp.action = .run(RunAction(path: "/bin/sh", arguments: ["-c", script], user: "root"))
            try await stack.bbs.desire(lrp)
        }
    }

    /// Clears the flag and compares the report with what was running and with what the journal says of each end.
    private func clear(_ stack: StackFixture, _ journal: RealJournal, _ running: [ActualLRP]) async throws {
        let stubborn = try Set(running.filter { try isStubborn($0, stack) }.map(\.container))
        #expect(stubborn.count == 6)
        let agent = try stack.martlet.agentPID()
        let plan = try await stack.decoded(StopPlan.self, "feature-flags", "disable", "diego_docker", "--plan")
        #expect(plan == StopPlan(instances: 30, expectedSeconds: Int(Self.grace) + 2))
        let report = try await stack.decoded(StopReport.self, "feature-flags", "disable", "diego_docker", "--yes")
        #expect(report.remaining == 0)
        #expect(report.stopped == 30)
        #expect(Set(report.instances.map(\.instanceGuid)) == Set(running.map(\.container)))
        let entries = try await AgentJournal(journal, pid: agent)
        let cleared = try #require(entries.time(of: "feature flag changed", "MARTLET_FLAG", "diego_docker"))
        for instance in report.instances {
            let (field, guid) = ("MARTLET_INSTANCE_GUID", instance.instanceGuid)
            let gone = try #require(instance.goneAfterSeconds)
            let text = "Cell \(stack.martlet.cellID) successfully destroyed container"
            let destroyed = try #require(entries.time(of: text, field, guid), "no entry of the end of \(guid)")
            #expect(abs(destroyed - cleared - gone) < 1, "\(instance) was destroyed after \(destroyed - cleared) s")
            #expect(stubborn.contains(guid) == (gone >= Self.grace), "\(instance)")
        }
        let total = try #require(report.maxSeconds)
        print("diego_docker cleared: 30 instances gone in \(total) s; the aim is \(Self.grace + 2) s")
        #expect(total < 30)
    }

    private func isStubborn(_ lrp: ActualLRP, _ stack: StackFixture) throws -> Bool {
        try stack.machine.processes(of: lrp.container).contains { pid in
            try Files.readText("/proc/\(pid)/cmdline").contains(Self.stubborn)
        }
    }

    @Test("clearing diego_docker while images are pulled and containers made leaves nothing running", arguments: [1])
    func clearEarly(seed: UInt64) async throws {
        var generator = SplitMix64(seed: seed)
        try await StackFixture.with(settings: ["--stop-grace", "1"]) { stack in
            for round in 0..<6 {
                var image = StackImage()
                image.ballast = 4_000_000 + round
                let name = try await image.push(to: stack.registry, as: "team/early:v\(round)")
                try await stack.run(
                    ["push", "early", "-i", "5", "-m", "32M", "-k", "64M", "-o", name, "--no-wait"]
                )
                let pause = Duration.milliseconds(Int.random(in: 0...120, using: &generator) * round)
                try await Task.sleep(for: pause)
                let report = try await stack.decoded(
                    StopReport.self,
                    "feature-flags",
                    "disable",
                    "diego_docker",
                    "--yes"
                )
                print("diego_docker cleared \(pause) after a push: \(report.stopped) instances had begun")
                try await stack.waits("nothing held, after \(pause)") {
                    let records = try await stack.records()
                    // A record that its cell has removed is made anew by the next pass.
                    guard records.count == 5, records.allSatisfy({ $0.instanceKey == nil }) else { return false }
                    return try await stack.machine.remains().isEmpty
                }
                try await stack.run("feature-flags", "enable", "diego_docker")
                if round == 5 { try await stack.waitsForRunning(5) }
            }
        }
    }
}
