import Glibc
import MartletContainers
import MartletLinux
import MartletModels
import Testing

@Suite("Containers with a real runtime", .enabled(if: ContainersFixture.available), .timeLimit(.minutes(3)))
struct ContainersTests {
    @Test("a process runs, writes, and ends with its code; nothing remains of the container")
    func runs() async throws {
        try await ContainersFixture.with { cell in
            let container = try await cell.create("one") { $0.environment = [.init("GREETING", "hello")] }
            let script = "echo $GREETING; echo problem >&2; hostname; exit 7"
            let (text, status) = try await cell.shell(script, in: container.id)
            #expect(text.split(separator: "\n").sorted() == ["hello", "one", "problem"])
            #expect(status.code == 7)
            #expect(!status.lost && !status.outOfMemory && status.signal == nil)
            try await cell.containers.destroy(container.id)
            try await cell.containers.destroy(container.id)
            #expect(try await cell.remains() == [])
            #expect(await cell.containers.list == [])
        }
    }

    @Test("two containers have ids of their own, high on the host")
    func idRanges() async throws {
        try await ContainersFixture.with { cell in
            let first = try await cell.create("first", slot: 20)
            let second = try await cell.create("second", slot: 21)
            let (one, _) = try await cell.shell("cat /proc/self/uid_map /proc/self/gid_map; id -u", in: first.id)
            let (two, _) = try await cell.shell("cat /proc/self/uid_map; id -u", in: second.id)
            let words = one.split { $0 == " " || $0 == "\n" }
            #expect(words == ["0", "1310720", "65536", "0", "1310720", "65536", "0"])
            #expect(two.split { $0 == " " || $0 == "\n" } == ["0", "1376256", "65536", "0"])
            #expect(first.address != second.address)
            let (seen, _) = try await cell.shell("ls /sys/class/net; cat /proc/1/comm", in: first.id)
            #expect(seen.contains("eth0") && seen.contains(".martlet-init"))
        }
    }

    @Test("users and directories come from the container's own files")
    func users() async throws {
        try await ContainersFixture.with { cell in
            let container = try await cell.create("users")
            let (text, _) = try await cell.shell("id; pwd; echo $USER; ls -ld .", in: container.id, user: "vcap")
            #expect(text.hasPrefix("uid=2000(vcap) gid=3000 groups=4000(extra)\n/home/vcap\nvcap\n"))
            #expect(text.contains("vcap     3000"))
            let (other, _) = try await cell.shell(
                "id -u; id -g; grep Cap /proc/self/status",
                in: container.id,
                user: "5:6"
            )
            #expect(other.hasPrefix("5\n6\n"))
            await #expect(throws: ContainerError.unknownUser("nobody")) {
                try await cell.shell("true", in: container.id, user: "nobody")
            }
        }
    }

    @Test("an executable that does not exist is an error of its own", arguments: ["/nope", "nope", "/etc"])
    func missingExecutable(path: String) async throws {
        try await ContainersFixture.with { cell in
            let container = try await cell.create("missing")
            await #expect {
                try await cell.containers.run(ProcessSpec(path: path), in: container.id)
            } throws: { error in
                if case ContainerError.executableNotFound = error { true } else { false }
            }
        }
    }

    @Test("the memory limit ends a process as out of memory")
    func outOfMemory() async throws {
        try await ContainersFixture.with { cell in
            let container = try await cell.create("memory") { $0.memoryBytes = 32 << 20 }
            // tail keeps a line that never ends in memory.
            let (_, status) = try await cell.shell("exec tail /dev/zero", in: container.id)
            #expect(status.code == 137)
            #expect(status.signal == SIGKILL)
            #expect(status.outOfMemory)
            let metrics = try await cell.containers.metrics(container.id)
            #expect(metrics.oomKills >= 1)
            #expect(metrics.memoryLimitBytes == 32 << 20)
        }
    }

    @Test("the limit of processes holds")
    func pids() async throws {
        try await ContainersFixture.with { cell in
            let container = try await cell.create("pids") { $0.pids = 12 }
            let script = "i=0; while [ $i -lt 30 ]; do sleep 60 & i=$((i+1)); done; echo all"
            let (text, status) = try await cell.shell(script, in: container.id)
            #expect(!text.contains("all"))
            #expect(text.contains("fork") && status.code != 0)
            let metrics = try await cell.containers.metrics(container.id)
            #expect((1...12).contains(metrics.pids))
        }
    }

    @Test("the open-files limit, standard input and hosts files are as specified")
    func insideView() async throws {
        try await ContainersFixture.with { cell in
            let container = try await cell.create("view-with-a-name-that-is-longer-than-forty-nine-bytes-123456")
            var process = ProcessSpec(path: "sh", args: ["-c", "ulimit -n; cat; cat /etc/hosts; hostname"])
            process.openFiles = 345
            let running = try await cell.containers.run(process, in: container.id)
            var lines: [String] = []
            for await line in running.output() { lines.append(line.text) }
            let hostname = String(container.id.rawValue.suffix(49))
            #expect(lines == ["345", "127.0.0.1 localhost", "\(container.address) \(hostname)", hostname])
        }
    }

    @Test("a process that ignores SIGTERM is killed after the grace time")
    func graceEnds() async throws {
        try await ContainersFixture.with { cell in
            let container = try await cell.create("stubborn")
            let script = "trap '' TERM; echo ready; while true; do sleep 0.05; done"
            let running = try await cell.containers.run(
                ProcessSpec(path: "sh", args: ["-c", script]),
                in: container.id
            )
            let first = await running.output().first { _ in true }
            #expect(first?.text == "ready")
            try await cell.containers.stop(container.id, grace: .milliseconds(300))
            let status = await running.wait()
            #expect(status.signal == SIGKILL)
            #expect(!status.outOfMemory)
            #expect((status.at - running.startedAt) >= .milliseconds(300))
        }
    }

    @Test("a process that obeys SIGTERM ends with its own code, and the sandbox lives on")
    func graceKept() async throws {
        try await ContainersFixture.with { cell in
            let container = try await cell.create("polite")
            let script = "trap 'exit 3' TERM; echo ready; while true; do sleep 0.05; done"
            let running = try await cell.containers.run(
                ProcessSpec(path: "sh", args: ["-c", script]),
                in: container.id
            )
            _ = await running.output().first { _ in true }
            try await cell.containers.stop(container.id, grace: .seconds(20))
            #expect(await running.wait().code == 3)
            #expect(try await cell.shell("echo again", in: container.id).0 == "again\n")
        }
    }

    @Test("bind mounts are read-only unless asked otherwise")
    func bindMounts() async throws {
        try await ContainersFixture.with { cell in
            let source = "\(cell.configuration.runDirectory)-shared"
            defer { try? FileTree.remove(source) }
            try Files.makeDirectories(source)
            try Files.replace("\(source)/note", with: Array("from the host\n".utf8))
            for path in [source, "\(source)/note"] { try retrying("chmod") { unsafe chmod(path, 0o755) } }
            let container = try await cell.create("mounts") {
                $0.mounts = [.init(source: source, destination: "/data/shared")]
            }
            let (text, status) = try await cell.shell("cat /data/shared/note; touch /data/shared/x", in: container.id)
            #expect(text.hasPrefix("from the host\n"))
            #expect(status.code != 0)
        }
    }

    @Test("more output than the file may hold keeps the newest, and the reader the rest")
    func outputBound() async throws {
        try await ContainersFixture.with { cell in
            let container = try await cell.create("noisy")
            let script =
                "i=0; while [ $i -lt 4000 ]; do echo line-$i-0123456789012345678901234567890123456789; i=$((i+1)); done"
            let (text, status) = try await cell.shell(script, in: container.id)
            #expect(status.code == 0)
            #expect(text.contains("line-3999-"))
            let log = "\(cell.configuration.stateDirectory)/output/noisy"
            let sizes = try Files.list(log).map { try Files.read("\(log)/\($0)").count }
            #expect(sizes.allSatisfy { $0 <= 80 << 10 })
        }
    }

    @Test("a create that fails leaves nothing and gives everything back")
    func failedCreate() async throws {
        try await ContainersFixture.with { cell in
            var spec = try cell.spec("broken")
            spec.memoryBytes = 1
            spec.ports = [80]
            await #expect(throws: ContainerError.self) { try await cell.containers.create(spec) }
            #expect(try await cell.remains() == [])
            spec.memoryBytes = nil
            let container = try await cell.containers.create(spec)
            #expect(container.address == cell.configuration.networkPool.base + 2)
            await #expect(throws: ContainerError.alreadyExists(spec.id)) { try await cell.containers.create(spec) }
        }
    }
}
