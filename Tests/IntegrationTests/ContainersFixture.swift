import Glibc
import MartletContainers
import MartletLinux
import MartletLog
import Testing

/// A cell's containers with names, networks and ports of their own, and busybox as every root file system.
struct ContainersFixture: Sendable {
    let name: String
    let configuration: ContainersConfiguration
    let containers: Containers
    let log: RecordedLog

    private static let usable = Files.exists("/usr/sbin/runc") && Files.exists("/bin/busybox")

    static var available: Bool { getuid() == 0 && usable }

    init(_ change: (inout ContainersConfiguration) -> Void) async throws {
        let tag = String(UInt32.random(in: 0...UInt32.max), radix: 36)
        name = "t-\(tag)"
        let (second, third) = try await Self.freeNetwork()
        var configuration = ContainersConfiguration(
            name: name,
            stateDirectory: "/tmp/martlet-test-\(tag)/state",
            runDirectory: "/run/martlet-test-\(tag)",
            networkPool: IPv4Network(IPv4Address(10, second, third, 0), prefix: 25),
            externalAddress: IPv4Address(10, second, third, 200)
        )
        let firstPort = UInt16.random(in: 10_000...30_000)
        configuration.hostPorts = firstPort...(firstPort + 20)
        configuration.outputLimitBytes = 64 << 10
        change(&configuration)
        self.configuration = configuration
        log = RecordedLog()
        containers = Containers(configuration, log: Log(log, threshold: .debug))
    }

    /// Takes a /24 network below 10 for this fixture: who adds the external address first has it.
    private static func freeNetwork() async throws -> (UInt8, UInt8) {
        for _ in 0..<100 {
            let (second, third) = (UInt8.random(in: 64...127), UInt8.random(in: 0...255))
            let address = IPv4Address(10, second, third, 200)
            let added = try await ChildProcess.output(of: "/sbin/ip", ["addr", "add", "\(address)/32", "dev", "lo"])
            if added.status == .exited(0) { return (second, third) }
        }
        throw Errno(EADDRINUSE, "find a free network")
    }

    /// Runs `body` with prepared containers, and removes everything afterwards, also when it fails.
    static func with(
        _ change: (inout ContainersConfiguration) -> Void = { _ in },
        _ body: (ContainersFixture) async throws -> Void
    ) async throws {
        let fixture = try await ContainersFixture(change)
        do {
            try await fixture.containers.prepare()
            _ = try await fixture.containers.adopt()
            try await body(fixture)
        } catch {
            await fixture.remove()
            throw error
        }
        await fixture.remove()
    }

    /// A second agent on the same directories, as after the first one has died.
    func restarted(
        _ configuration: ContainersConfiguration? = nil
    ) async throws -> (Containers, [AdoptedContainer]) {
        let next = Containers(configuration ?? self.configuration, log: Log(log, threshold: .debug))
        try await next.prepare()
        return (next, try await next.adopt())
    }

    /// A busybox root whose files belong to the range number `slot`.
    func spec(_ id: String, slot: UInt32 = 20) throws -> ContainerSpec {
        let range = IDRange(base: 65_536 * slot)
        let root = "/tmp/martlet-test-\(name.dropFirst(2))/root-\(id)"
        let id = try #require(ContainerID(id))
        for directory in ["", "/bin", "/etc", "/tmp", "/proc", "/sys", "/dev"] {
            try Files.makeDirectories(root + directory)
            try owned(root + directory, by: range, mode: 0o755)
        }
        try Files.replace("\(root)/bin/busybox", with: Files.read("/bin/busybox"), mode: 0o755)
        for applet in [
            "sh", "cat", "sleep", "id", "ls", "grep", "timeout", "true", "touch", "mkdir", "pwd", "nc", "httpd", "wget",
            "head",
            "dd", "hostname", "env", "tail",
        ] {
            try retrying("symlink") { unsafe symlink("busybox", "\(root)/bin/\(applet)") }
        }
        try Files.replace(
            "\(root)/etc/passwd",
            with: Array("root:x:0:0::/root:/bin/sh\nvcap:x:2000:3000::/home/vcap:/bin/sh\n".utf8)
        )
        try Files.replace("\(root)/etc/group", with: Array("root:x:0:\nextra:x:4000:vcap\n".utf8))
        for file in ["bin/busybox", "etc/passwd", "etc/group"] { try owned("\(root)/\(file)", by: range, mode: 0o755) }
        return ContainerSpec(id: id, rootFS: root, idRange: range)
    }

    private func owned(_ path: String, by range: IDRange, mode: mode_t) throws {
        try retrying("chown") { unsafe chown(path, range.base, range.base) }
        try retrying("chmod") { unsafe chmod(path, mode) }
    }

    func create(_ id: String, slot: UInt32 = 20, _ change: (inout ContainerSpec) -> Void = { _ in }) async throws
        -> Container
    {
        var spec = try spec(id, slot: slot)
        change(&spec)
        return try await containers.create(spec)
    }

    /// Runs a script to its end: everything it wrote, and how it ended.
    func shell(_ script: String, in id: ContainerID, user: String = "") async throws -> (
        String, MartletContainers.ExitStatus
    ) {
        let process = try await containers.run(ProcessSpec(path: "sh", args: ["-c", script], user: user), in: id)
        var text = ""
        for await line in process.output() { text += line.text + "\n" }
        return (text, await process.wait())
    }

    /// What of this cell the kernel and the file system still know, apart from the empty parents.
    func remains() async throws -> [String] {
        var found: [String] = []
        for directory in try CgroupLayout.current().directories(of: configuration.cgroupParent) {
            for child in (try? Files.list(directory)) ?? [] where Files.exists("\(directory)/\(child)/cgroup.procs") {
                found.append("\(directory)/\(child)")
            }
        }
        found += Interfaces.names(prefix: configuration.interfacePrefix)
        found += try MountInfo.current().map(\.mountPoint).filter { $0.hasPrefix(configuration.runDirectory) }
        for directory in ["runtime", "namespaces", "bundles"] {
            found += ((try? Files.list("\(configuration.runDirectory)/\(directory)")) ?? [])
        }
        for directory in ["containers", "output"] {
            found += ((try? Files.list("\(configuration.stateDirectory)/\(directory)")) ?? [])
        }
        let table = try NFTables().run("list table ip \(configuration.firewallTable)\n")
        if table.contains("elements") || table.contains("chain egress") { found.append(table) }
        return found
    }

    private func remove() async {
        if let report = try? await containers.destroyUnknown(keep: []), !report.isEmpty { print("removed: \(report)") }
        do { try await containers.dismantleHost() } catch { Issue.record("not removed: \(error)") }
        _ = try? await ChildProcess.output(
            of: "/sbin/ip",
            ["addr", "del", "\(configuration.externalAddress)/32", "dev", "lo"]
        )
        try? FileTree.remove("/tmp/martlet-test-\(name.dropFirst(2))")
    }
}

/// Keeps records, to show them when a test fails.
final class RecordedLog: LogSink {
    private let records = Locked<[LogRecord]>([])

    var all: [LogRecord] { records.withLock { $0 } }

    func write(_ record: LogRecord) { records.withLock { $0.append(record) } }
}
