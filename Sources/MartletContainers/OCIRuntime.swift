import FoundationEssentials
import Glibc
import MartletLinux

/// The command line of an OCI runtime, which runc and its likes share. Nothing of theirs is used on a hot path that a
/// kernel file answers.
struct OCIRuntime: Hashable, Sendable {
    var path: String
    /// `--root`: where the runtime keeps its state.
    var root: String

    /// Creates and starts a container, and returns when its init process runs.
    func run(_ paths: ContainerPaths) async throws(ContainerError) {
        try await call(
            ["run", "--detach", "--no-new-keyring", "--bundle", paths.bundle, "--pid-file", paths.initPID],
            paths
        )
    }

    /// Removes the state and the cgroups of a container whose init process has ended.
    func delete(_ paths: ContainerPaths) async throws(ContainerError) {
        try await call(["delete"], paths)
    }

    private func call(_ arguments: [String], _ paths: ContainerPaths) async throws(ContainerError) {
        try? Files.removeFile(paths.runtimeLog)
        let options = ["--root", root, "--log", paths.runtimeLog, "--log-format", "json"]
        let status: ChildStatus
        do throws(Errno) {
            status = try await ChildProcess.run(path, options + arguments + [paths.id.rawValue])
        } catch {
            throw .system(error)
        }
        guard status == .exited(0) else {
            throw .runtime(Self.lastError((try? Files.readText(paths.runtimeLog)) ?? "") ?? "\(status)")
        }
    }

    /// The message of the last error in a log of JSON lines.
    static func lastError(_ log: String) -> String? {
        struct Entry: Decodable {
            var level: String
            var msg: String
        }
        let entries = log.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Entry.self, from: Data($0.utf8))
        }
        return entries.last { $0.level == "error" || $0.level == "fatal" }?.msg
    }
}
