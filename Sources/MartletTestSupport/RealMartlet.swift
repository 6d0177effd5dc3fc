public import Glibc
import MartletLinux

/// The `martlet` binary of this build as a child process: `up`, or one of its halves, on ports, names and address
/// ranges that no other run uses.
public final class RealMartlet: Sendable {
    /// What one command of the binary said.
    public struct Answer: Sendable {
        public let status: Int32
        public let stdout: String
        public let stderr: String
    }

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
    ///   - settings: further flags, for example `["--stop-grace", "2"]`.
    public init(role: String = "up", settings: [String] = []) throws {
        scratch = try ScratchDirectory("martlet")
        self.role = role
        let number = UInt32.random(in: 0..<16_384)
        cellID = "t\(number)"
        let ports = try FreePorts.take(4)
        bbsAddress = "127.0.0.1:\(ports[0])"
        apiAddress = "127.0.0.1:\(ports[1])"
        let firstHostPort = 20_000 + Int(number % 150) * 200
        var arguments = [
            "--data", scratch.file("data"), "--bbs-address", bbsAddress, "--api-address", apiAddress,
            "--health-address", "127.0.0.1:\(ports[2])",
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
        settings: [String] = [],
        _ body: (RealMartlet) async throws -> R
    ) async throws -> R {
        let martlet = try RealMartlet(role: role, settings: settings)
        let result: Result<R, any Error>
        do {
            try await martlet.start()
            result = .success(try await body(martlet))
        } catch { result = .failure(error) }
        await martlet.stop()
        if role == "up" { _ = try await martlet.run(["cell-wipe"] + martlet.wipeArguments) }
        return try result.get()
    }

    /// Starts the process and waits until its operator API answers.
    public func start() async throws {
        let log = scratch.file("log")
        let command = ["timeout", "--foreground", "-k", "5", "800", Self.binary, role] + arguments
        let child = try SystemTool.spawn(command, stdout: scratch.file("out"), stderr: log)
        pid.withLock { $0 = child }
        for _ in 0..<400 {
            let answer = try await SystemTool.output(["curl", "-fsS", "http://\(apiAddress)/health"])
            if answer.status == 0 { return }
            guard kill(child, 0) == 0 else { break }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw SystemTool.Failed(description: "martlet \(role) does not answer: \((try? Files.readText(log)) ?? "")")
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

    public var log: String { (try? Files.readText(scratch.file("log"))) ?? "" }

    private func end(_ signal: Int32) async {
        guard let parent = pid.withLock({ $0 }) else { return }
        if let agent = try? agentPID() { kill(agent, signal) } else { kill(parent, signal) }
        await SystemTool.wait(for: parent)
        pid.withLock { $0 = nil }
    }

    private var wipeArguments: [String] {
        ["--data", scratch.file("data"), "--run", "/run/martlet-\(cellID)", "--cell-id", cellID]
    }

    /// Built beside the tests.
    private static var binary: String {
        let tests = CommandLine.arguments.first ?? ""
        return String(tests.prefix(upTo: tests.lastIndex(of: "/") ?? tests.startIndex)) + "/martlet"
    }
}
