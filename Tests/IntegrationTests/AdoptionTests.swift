import Glibc
import MartletLinux
import MartletModels
import MartletTestSupport
import Testing

@Suite(
    "The agent's death and return, on the whole stack",
    .serialized,
    .enabled(if: StackFixture.available, "needs root and runc")
)
struct AdoptionTests {
    @Test("instances outlive the agent's death and its orderly end; the next agent takes up the same processes")
    func survive() async throws {
        try await StackFixture.with { stack in
            try await push(3, in: stack)
            let records = try await stack.waitsForRunning(3)
            let pids = try processes(records, stack)
            #expect(pids.values.allSatisfy { $0.count == 1 })
            let machine = try await stack.machine.remains()
            let kinds = ["cgroup", "file", "firewall", "interface", "mount", "supervisor"]
            #expect(Set(machine.map { String($0.prefix { $0 != " " }) }).sorted() == kinds)
            for ending in ["killed", "stopped"] {
                if ending == "killed" { await stack.martlet.killNow() } else { await stack.martlet.stop() }
                for record in records { #expect(try await stack.get("index.html", of: record) == "hello\n") }
                // The app answers each request in a child of its own, which may take a moment to end.
                try await stack.waits("the same processes after it was \(ending)") {
                    try processes(records, stack) == pids
                }
                try await stack.martlet.start()
                try await settle(stack)
                #expect(try await stack.waitsForRunning(3) == records, "after it was \(ending)")
                #expect(try processes(records, stack) == pids, "after it was \(ending)")
                for record in records { #expect(try await stack.get("index.html", of: record) == "hello\n") }
                #expect(try await stack.machine.remains() == machine)
            }
            try await exitUnseen(records[1], pids, stack)
            try await stack.run("delete", "web", "--force")
            try await stack.waits("a clean machine") { try await stack.machine.remains().isEmpty }
        }
    }

    /// An app that ends while no agent watches has crashed all the same.
    private func exitUnseen(_ lrp: ActualLRP, _ pids: [String: [Int32]], _ stack: StackFixture) async throws {
        await stack.martlet.killNow()
        let pid = try #require(pids[lrp.container]?.first)
        #expect(kill(pid, SIGKILL) == 0)
        try await stack.martlet.start()
        var after: ActualLRP?
        try await stack.waits("a new instance") {
            after = try await stack.running().first { $0.key == lrp.key && $0.instanceKey != lrp.instanceKey }
            return after != nil
        }
        #expect(after?.crashCount == 1)
        #expect(after?.crashReason == "APP/PROC/WEB: Exited with status 137")
        let others = try await stack.waitsForRunning(3).filter { $0.key != lrp.key }
        #expect(try others.allSatisfy { try stack.machine.processes(of: $0.container) == pids[$0.container] })
    }

    @Test(
        "an agent killed again and again while it makes and ends containers loses none and leaves none",
        arguments: [16, 26]
    )
    func killedAtWork(seed: UInt64) async throws {
        var generator = SplitMix64(seed: seed)
        try await StackFixture.with { stack in
            try await push(1, in: stack)
            for round in 0..<10 {
                let wanted = round % 2 == 0 ? 4 : 1
                try await stack.run("scale", "web", "-i", "\(wanted)", "--no-wait")
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...700, using: &generator)))
                await stack.martlet.killNow()
                try await stack.martlet.start()
                let records = try await stack.waitsForRunning(wanted)
                try await stack.waits("only what runs, in round \(round)") {
                    try await stack.machine.containerNames() == Set(records.map(\.container))
                }
                try #require(try await stack.records() == records)
                try #require(try processes(records, stack).values.allSatisfy { $0.count == 1 })
            }
            try await stack.run("delete", "web", "--force")
            try await stack.waits("a clean machine") { try await stack.machine.remains().isEmpty }
        }
    }

    private func push(_ instances: Int, in stack: StackFixture) async throws {
        let image = try await StackImage().push(to: stack.registry, as: "team/app:v1")
        try await stack.run("push", "web", "-i", "\(instances)", "-m", "32M", "-k", "64M", "-o", image)
    }

    private func processes(_ records: [ActualLRP], _ stack: StackFixture) throws -> [String: [Int32]] {
        try Dictionary(
            uniqueKeysWithValues: records.map { ($0.container, try stack.machine.processes(of: $0.container)) }
        )
    }

    /// The new agent has announced its cell and gone through its containers.
    private func settle(_ stack: StackFixture) async throws {
        try await stack.waits("the cell") { try await stack.run("cells").contains(stack.martlet.cellID) }
    }
}
