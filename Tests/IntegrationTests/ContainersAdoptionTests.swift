import Glibc
import MartletContainers
import MartletLinux
import MartletModels
import Testing

@Suite("Containers across agents", .enabled(if: ContainersFixture.available), .timeLimit(.minutes(3)))
struct ContainersAdoptionTests {
    @Test("a new agent gets the same process, its later output and its exit code")
    func living() async throws {
        try await ContainersFixture.with { cell in
            let container = try await cell.create("kept") { $0.ports = [8080] }
            let script = "trap 'echo bye; exit 9' TERM; echo ready; while true; do sleep 0.05; done"
            let before = try await cell.containers.run(ProcessSpec(path: "sh", args: ["-c", script]), in: container.id)
            for await line in before.output() {
                #expect(line.text == "ready")
                break
            }
            // A record that the agent was writing when it died.
            let half = "\(cell.configuration.stateDirectory)/containers/half.json.1.new"
            try Files.replace(half, with: Array("{".utf8))
            let (next, adopted) = try await cell.restarted()
            let found = try #require(adopted.first)
            #expect(adopted.count == 1 && found.death == nil)
            #expect(found.container == container)
            let process = try #require(found.processes.first)
            #expect(process.pid == before.pid && process.id == before.id && process.exitStatus == nil)
            try process.signal(SIGTERM)
            #expect(await process.wait().code == 9)
            var text: [String] = []
            for await line in process.output() { text.append(line.text) }
            #expect(text.last == "bye")
            let second = try await next.run(ProcessSpec(path: "sh", args: ["-c", "exit 4"]), in: container.id)
            #expect(await second.wait().code == 4)
            try await next.destroy(container.id)
            let left = try await cell.remains()
            #expect(left == [])
        }
    }

    @Test("a process whose start outlives the agent is waited for and taken up")
    func startingStill() async throws {
        try await ContainersFixture.with { cell in
            let container = try await cell.create("slow")
            try await withThrowingTaskGroup(of: Void.self) { group in
                // The runtime takes its time, as on a busy machine.
                let runtime = "\(cell.configuration.stateDirectory)/slow-runc"
                let script = "#!/bin/sh\nsleep 0.3\nexec /usr/sbin/runc \"$@\"\n"
                try Files.replace(runtime, with: Array(script.utf8), mode: 0o755)
                var configuration = cell.configuration
                configuration.runc = runtime
                let (dying, _) = try await cell.restarted(configuration)
                var action = ProcessSpec(path: "sleep", args: ["600"])
                action.id = "action"
                group.addTask { [action] in _ = try await dying.run(action, in: container.id) }
                let directory = "\(cell.configuration.runDirectory)/bundles/slow/processes/action"
                while !Files.exists("\(directory)/supervisor.pid") { await Pause.milliseconds(1) }
                #expect(!Files.exists("\(directory)/pid"))
                let (next, adopted) = try await cell.restarted()
                #expect(adopted.first?.processes.map(\.id) == ["action"])
                #expect(adopted.first?.processes.first?.exitStatus == nil)
                try await group.waitForAll()
                try await next.destroy(container.id)
            }
            let left = try await cell.remains()
            #expect(left == [])
        }
    }

    @Test("a process that was never started leaves its id free")
    func neverStarted() async throws {
        try await ContainersFixture.with { cell in
            let container = try await cell.create("idle")
            let directory = "\(cell.configuration.runDirectory)/bundles/idle/processes/action"
            try Files.makeDirectories("\(directory)/exit")
            try Files.replace("\(directory)/process.json", with: Array("{".utf8))
            let (next, adopted) = try await cell.restarted()
            #expect(adopted.map(\.processes.isEmpty) == [true])
            var action = ProcessSpec(path: "sh", args: ["-c", "exit 3"])
            action.id = "action"
            let process = try await next.run(action, in: container.id)
            #expect(await process.wait().code == 3)
            try await next.destroy(container.id)
        }
    }

    @Test("what ended while no agent was there is found with its exit code")
    func ended() async throws {
        try await ContainersFixture.with { cell in
            let container = try await cell.create("ended") { $0.memoryBytes = 32 << 20 }
            let quick = try await cell.containers.run(
                ProcessSpec(path: "sh", args: ["-c", "exit 5"]),
                in: container.id
            )
            _ = await quick.wait()
            let killed = try await cell.containers.run(ProcessSpec(path: "tail", args: ["/dev/zero"]), in: container.id)
            _ = await killed.wait()
            kill(container.initPID, SIGKILL)
            try await cell.containers.sandboxEnd(container.id)
            let (next, adopted) = try await cell.restarted()
            let found = try #require(adopted.first)
            #expect(found.death == .gone)
            #expect(found.processes.map(\.id) == [quick.id, killed.id])
            #expect(await found.processes[0].wait().code == 5)
            let status = await found.processes[1].wait()
            #expect(status.code == 137 && status.outOfMemory)
            await #expect(throws: ContainerError.notRunning(container.id)) {
                try await next.run(ProcessSpec(path: "sh"), in: container.id)
            }
            try await next.destroy(container.id)
            let left = try await cell.remains()
            #expect(left == [])
        }
    }

    @Test(
        "a container whose creation or destruction was cut short is adopted dead, and destroyed whole",
        arguments: ["creating", "destroying"]
    )
    func cutShort(phase: String) async throws {
        try await ContainersFixture.with { cell in
            let container = try await cell.create("half") { $0.ports = [8080] }
            _ = try await cell.containers.run(ProcessSpec(path: "sleep", args: ["600"]), in: container.id)
            let path = "\(cell.configuration.stateDirectory)/containers/half.json"
            let record = try Files.readText(path).replacing("\"phase\":\"created\"", with: "\"phase\":\"\(phase)\"")
            try Files.replace(path, with: Array(record.utf8))
            let (next, adopted) = try await cell.restarted()
            #expect(adopted.map(\.death) == [phase == "creating" ? .gone : .destroying])
            try await next.destroy(container.id)
            let left = try await cell.remains()
            #expect(left == [])
        }
    }

    @Test("after a restart of the machine containers are dead, and a record that is no record does not matter")
    func machineRestarted() async throws {
        try await ContainersFixture.with { cell in
            let container = try await cell.create("old")
            let path = "\(cell.configuration.stateDirectory)/containers/old.json"
            let boot = try ProcessIdentity.bootID()
            try Files.replace(path, with: Array(try Files.readText(path).replacing(boot, with: "another").utf8))
            try Files.replace("\(cell.configuration.stateDirectory)/containers/bad.json", with: Array("{".utf8))
            let (next, adopted) = try await cell.restarted()
            #expect(adopted.map(\.death) == [.machineRestarted])
            #expect(try await next.destroyUnknown(keep: []) == ["unknown container bad", "container \(container.id)"])
            let left = try await cell.remains()
            #expect(left == [])
        }
    }

    @Test("a new agent removes what it is not told to keep, and parts that belong to nothing")
    func unknown() async throws {
        try await ContainersFixture.with { cell in
            let kept = try await cell.create("kept", slot: 20) { $0.ports = [8080] }
            let lost = try await cell.create("lost", slot: 21)
            _ = try await cell.containers.run(ProcessSpec(path: "sleep", args: ["600"]), in: lost.id)
            // As if its record had been lost, and other parts had never had one.
            try Files.removeFile("\(cell.configuration.stateDirectory)/containers/lost.json")
            let group = "\(cell.configuration.cgroupParent)/stray"
            for directory in try CgroupLayout.current().directories(of: group) { try Files.makeDirectories(directory) }
            let range = IDRange(base: 65_536 * 30)
            let pair = try NamespacePair(idRange: range)
            let file = "\(cell.configuration.runDirectory)/namespaces/stray.network"
            try NamespacePair.bind(pair.network, to: file)
            let link = ContainerLink(
                hostInterface: "\(cell.configuration.interfacePrefix)stray",
                network: IPv4Network(cell.configuration.networkPool.base + 64, prefix: 30),
                mtu: 1500
            )
            try link.create(in: pair.network)

            let (next, adopted) = try await cell.restarted()
            #expect(adopted.map(\.container.id) == [kept.id])
            let report = try await next.destroyUnknown(keep: [kept.id])
            #expect(report.contains("unknown container lost") && report.contains("unknown container stray"))
            #expect(!Files.exists("/proc/\(lost.initPID)") || ProcessIdentity.current(lost.initPID)?.isAlive == false)
            #expect(await next.list.map(\.id) == [kept.id])
            #expect(try await next.run(ProcessSpec(path: "true"), in: kept.id).wait().code == 0)
            try await next.destroy(kept.id)
            let left = try await cell.remains()
            #expect(left == [])
        }
    }
}
