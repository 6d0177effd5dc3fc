public import Glibc
import MartletHTTP
public import MartletLinux

/// The `martlet` binary of this build as a child process: `up`, or one of its halves, on ports, names and address
/// ranges that no other run uses.
public final class RealMartlet: Sendable {
    /// What one command of the binary said.
    public struct Answer: Sendable {
        public let status: Int32
        public let stdout: String
        public let stderr: String
    }

    /// How its own records are written; text and JSON can be read as `log`.
    public enum LogFormat: String, Sendable { case text, json, journal }

    public let scratch: ScratchDirectory
    /// Unique on this machine; names of cgroups, interfaces and tables derive from it.
    public let cellID: String
    public let bbsAddress: String
    public let apiAddress: String
    private let role: String
    private let arguments: [String]
    private let pid = Locked<pid_t?>(nil)

    /// Picks names and ports; starts nothing.
    /// - Parameters:
    ///   - role: `up`, or `server`.
    ///   - logFormat: `journal` needs a journald that listens.
    ///   - settings: further flags, for example `["--stop-grace", "2"]`.
    public init(role: String = "up", logFormat: LogFormat = .text, settings: [String] = []) throws {
        scratch = try ScratchDirectory("martlet")
        self.role = role
        let number = UInt32.random(in: 0..<16_384)
        cellID = "t\(number)"
        let ports = try FreePorts.takeLasting(4)
        bbsAddress = "127.0.0.1:\(ports[0])"
        apiAddress = "127.0.0.1:\(ports[1])"
        // Below the ports that the kernel gives out by itself.
        let firstHostPort = 10_000 + Int(number % 110) * 200
        var arguments = [
            "--data", scratch.file("data"), "--bbs-address", bbsAddress, "--api-address", apiAddress,
            "--health-address", "127.0.0.1:\(ports[2])", "--log-format", logFormat.rawValue,
        ]
        if role == "up" {
            arguments += [
                "--run", "/run/martlet-\(cellID)", "--rep-address", "127.0.0.1:\(ports[3])", "--cell-id", cellID,
                "--network-pool", "10.\(128 + number / 256).\(number % 256 / 4 * 4).0/22",
                "--host-ports", "\(firstHostPort)-\(firstHostPort + 199)",
                "--memory-mb", "4096", "--disk-mb", "8192",
            ]
        }
        self.arguments = arguments + settings
    }

    /// Starts one for `body`; afterwards stops it and removes everything that it made, also when `body` throws.
    public static func with<R>(
        role: String = "up",
        logFormat: LogFormat = .text,
        settings: [String] = [],
        _ body: (RealMartlet) async throws -> R
    ) async throws -> R {
        let martlet = try RealMartlet(role: role, logFormat: logFormat, settings: settings)
        let result: Result<R, any Error>
        do {
            try await martlet.start()
            result = .success(try await body(martlet))
        } catch { result = .failure(error) }
        await martlet.stop()
        guard role == "up" else { return try result.get() }
        do { try await martlet.wipe() } catch {
            // What went wrong first is the one to tell.
            if case .success = result { throw error }
        }
        return try result.get()
    }

    /// Starts the process, once more after it has ended, and waits until its operator API answers.
    public func start() async throws {
        let child = try launch()
        let client = HTTPClient()
        let health = HTTPRequest(.get, "http://\(apiAddress)/health")
        for _ in 0..<4_000 {
            if (try? await client.send(health, timeout: .seconds(1))) != nil { return }
            guard child?.isAlive ?? false else { break }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw SystemTool.Failed(description: "martlet \(role) does not answer: \(log)")
    }

    /// Starts the process and does not wait.
    @discardableResult
    public func launch() throws -> ProcessIdentity? {
        try Self.append(scratch.file("err"), to: scratch.file("log"))
        try Self.append(scratch.file("out"), to: scratch.file("log"))
        let command = ["timeout", "--foreground", "-k", "5", "800", Self.binary, role] + arguments
        let child = try SystemTool.spawn(command, stdout: scratch.file("out"), stderr: scratch.file("err"))
        pid.withLock { $0 = child }
        return ProcessIdentity.current(child)
    }

    /// Asks it to end and waits for that; containers keep running.
    public func stop() async { await end(SIGTERM) }

    /// Ends it at whatever instruction it is.
    public func killNow() async { await end(SIGKILL) }

    /// Runs a command of the binary against this server.
    public func run(_ command: [String], environment: [String] = []) async throws -> Answer {
        let output = try await ChildProcess.output(
            of: Self.binary,
            command,
            environment: ChildProcess.defaultEnvironment + [
                "MARTLET_BBS=http://\(bbsAddress)", "MARTLET_API=http://\(apiAddress)",
            ] + environment,
            timeout: .seconds(120)
        )
        let status: Int32 =
            switch output.status {
            case .exited(let code): code
            case .signalled(let signal): 128 + signal
            }
        return Answer(
            status: status,
            stdout: String(decoding: output.stdout, as: UTF8.self),
            stderr: String(decoding: output.stderr, as: UTF8.self)
        )
    }

    /// The process's own pid, below `timeout`.
    public func agentPID() throws -> pid_t {
        guard let parent = pid.withLock({ $0 }) else { throw SystemTool.Failed(description: "it does not run") }
        let children = try Files.readText("/proc/\(parent)/task/\(parent)/children")
        guard let first = children.split(separator: " ").first, let child = pid_t(first) else {
            throw SystemTool.Failed(description: "it does not run any more")
        }
        return child
    }

    /// All that it has written so far, in every life.
    public var log: String {
        ["log", "err", "out"].map { (try? Files.readText(scratch.file($0))) ?? "" }.joined()
    }

    /// Where the store, the images and the containers' records are.
    public var dataDirectory: String { scratch.file("data") }
    /// Where namespaces and mounts of containers are.
    public var runDirectory: String { "/run/martlet-\(cellID)" }

    private func end(_ signal: Int32) async {
        guard let parent = pid.withLock({ $0 }) else { return }
        // Right after a launch `timeout` has no child yet; without its parent that would never end.
        let identity = ProcessIdentity.current(parent)
        while (try? agentPID()) == nil, identity?.isAlive ?? false { try? await Task.sleep(for: .milliseconds(1)) }
        if let agent = try? agentPID() { kill(agent, signal) }
        await SystemTool.wait(for: parent)
        pid.withLock { $0 = nil }
    }

    /// Removes what an ended agent has left running, and the empty places of its containers.
    private func wipe() async throws {
        let wiped = try await run(["cell-wipe", "--data", dataDirectory, "--run", runDirectory, "--cell-id", cellID])
        guard wiped.status == 0 else {
            throw SystemTool.Failed(description: "cell-wipe ended with \(wiped.status): \(wiped.stdout)\(wiped.stderr)")
        }
        try FileTree.remove(runDirectory)
    }

    private static func append(_ source: String, to target: String) throws {
        guard let bytes = try? Files.read(source), !bytes.isEmpty else { return }
        try Descriptor.open(target, O_WRONLY | O_CREAT | O_APPEND, mode: 0o600).writeAll(bytes)
    }

    /// Built beside the tests.
    private static var binary: String {
        let tests = CommandLine.arguments.first ?? ""
        return String(tests.prefix(upTo: tests.lastIndex(of: "/") ?? tests.startIndex)) + "/martlet"
    }
}
