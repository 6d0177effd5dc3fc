import CMartletShims
import Glibc

/// Programs that run to their end. `fork` is never used: Swift's runtime does not survive it.
public enum ChildProcess {
    /// What a program said and how it ended.
    public struct Output: Hashable, Sendable {
        public var status: ChildStatus
        public var stdout: [UInt8]
        public var stderr: [UInt8]
    }

    /// Runs a program in a session of its own and waits for it without holding a thread.
    ///
    /// - Parameters:
    ///   - path: the executable, absolute.
    ///   - arguments: without the program's name.
    ///   - descriptors: the child's descriptors from 3 on; its first three are `/dev/null` or given as `standard`.
    ///   - timeout: after it the program is killed and `ETIMEDOUT` thrown. Cancellation does not end the program.
    public static func run(
        _ path: String,
        _ arguments: [String],
        environment: [String] = defaultEnvironment,
        directory: String = "/",
        standard: [Int32] = [-1, -1, -1],
        descriptors: [Int32] = [],
        timeout: Duration = .seconds(60)
    ) async throws(Errno) -> ChildStatus {
        let process = try spawn(path, arguments, environment, directory, standard + descriptors)
        if await !process.ended(timeout: timeout, despiteCancellation: true) {
            try process.signal(SIGKILL)
            _ = try process.reap()
            throw Errno(ETIMEDOUT, path)
        }
        return try process.reap()
    }

    /// Runs a program and collects what it writes, at most 1 MiB each. It reads `input`.
    public static func output(
        of path: String,
        _ arguments: [String],
        input: [UInt8] = [],
        environment: [String] = defaultEnvironment,
        directory: String = "/",
        timeout: Duration = .seconds(60)
    ) async throws(Errno) -> Output {
        let stdin = try memory("stdin", input)
        let stdout = try memory("stdout", [])
        let stderr = try memory("stderr", [])
        let standard = [stdin.rawValue, stdout.rawValue, stderr.rawValue]
        let status = try await run(
            path,
            arguments,
            environment: environment,
            directory: directory,
            standard: standard,
            timeout: timeout
        )
        return Output(status: status, stdout: try rewound(stdout), stderr: try rewound(stderr))
    }

    /// What programs get when nothing else is said; nothing of the agent's own environment leaks.
    public static let defaultEnvironment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]

    /// The pidfd is opened while the child cannot be reaped by anyone else, so it always means the child.
    private static func spawn(
        _ path: String,
        _ arguments: [String],
        _ environment: [String],
        _ directory: String,
        _ descriptors: [Int32]
    ) throws(Errno) -> PIDFD {
        var pid: pid_t = 0
        let error = unsafe withCStrings([path] + arguments) { argv in
            unsafe withCStrings(environment) { envp in
                unsafe martlet_spawn(path, argv, envp, directory, descriptors, Int32(descriptors.count), &pid)
            }
        }
        guard error == 0 else { throw Errno(error, "start \(path)") }
        return try PIDFD(pid)
    }

    private static func memory(_ name: String, _ bytes: [UInt8]) throws(Errno) -> Descriptor {
        let file = Descriptor(owning: try retrying("memfd_create") { unsafe martlet_memfd(name) })
        try file.writeAll(bytes)
        lseek(file.rawValue, 0, SEEK_SET)
        return file
    }

    private static func rewound(_ file: borrowing Descriptor) throws(Errno) -> [UInt8] {
        lseek(file.rawValue, 0, SEEK_SET)
        return try file.readAll(limit: 1 << 20)
    }
}

/// Calls `body` with a null-terminated array of C strings, valid during the call.
private func withCStrings<R>(
    _ strings: [String],
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
) -> R {
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe strings.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe pointers.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("the array has its null at least") }
        return unsafe body(base)
    }
}
