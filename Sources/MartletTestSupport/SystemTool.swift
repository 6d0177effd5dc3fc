public import Glibc
import MartletLinux

/// Runs programs of the system for tests: builders of fixtures and real servers.
public enum SystemTool {
    /// A program that ended badly; its standard error says why.
    public struct Failed: Error, CustomStringConvertible {
        public let description: String
    }

    /// Runs `arguments[0]` from `PATH` to its end.
    /// - Returns: what it wrote to standard output.
    /// - Throws: `Failed` unless it exits with 0.
    @discardableResult
    public static func run(_ arguments: [String], input: [UInt8] = []) async throws -> [UInt8] {
        let scratch = try ScratchDirectory()
        let (stdin, stdout, stderr) = (scratch.file("in"), scratch.file("out"), scratch.file("err"))
        try Files.replace(stdin, with: input)
        let pid = try spawn(arguments, stdin: stdin, stdout: stdout, stderr: stderr)
        let status = await wait(for: pid)
        guard status == 0 else {
            let text = String(decoding: try Files.read(stderr), as: UTF8.self)
            throw Failed(description: "\(arguments.joined(separator: " ")) ended with status \(status): \(text)")
        }
        return try Files.read(stdout, limit: 1 << 30)
    }

    /// Runs `arguments[0]` from `PATH` to its end, whatever that is.
    public static func output(_ arguments: [String]) async throws -> (status: Int32, stdout: String, stderr: String) {
        let scratch = try ScratchDirectory()
        let pid = try spawn(arguments, stdout: scratch.file("out"), stderr: scratch.file("err"))
        let status = await wait(for: pid)
        return (status, try Files.readText(scratch.file("out")), try Files.readText(scratch.file("err")))
    }

    /// Starts `arguments[0]` from `PATH`; the caller waits for it.
    public static func spawn(
        _ arguments: [String],
        stdin: String = "/dev/null",
        stdout: String,
        stderr: String
    ) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, stdin, O_RDONLY, 0)
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        unsafe posix_spawn_file_actions_addopen(&actions, 1, stdout, flags, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, stderr, flags, 0o600)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        Self.resetSignals(&attributes)
        var argv: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe argv.forEach { unsafe free($0) } }
        var pid: pid_t = 0
        let code = unsafe posix_spawnp(&pid, arguments[0], &actions, &attributes, &argv, environ)
        guard code == 0 else { throw Errno(code, "start \(arguments[0])") }
        return pid
    }

    /// Worker threads block every signal, and a child would inherit that: `timeout`, for one, would never end.
    private static func resetSignals(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        unsafe sigemptyset(&none)
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    }

    /// The exit status, or 128 and the signal's number.
    @discardableResult
    public static func wait(for pid: pid_t) async -> Int32 {
        await Blocking.run { () throws(Never) -> Int32 in
            var status: Int32 = 0
            while unsafe waitpid(pid, &status, 0) == -1 && errno == EINTR {}
            return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
        }
    }
}
