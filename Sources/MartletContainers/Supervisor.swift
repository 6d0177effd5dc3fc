import FoundationEssentials
import Glibc
import MartletLinux

/// Starts a process in a container under a supervisor (conmon) of its own, which outlives the agent.
struct Supervisor: Hashable, Sendable {
    /// What the supervisor says when the runtime has answered: the pid, or -1 and the runtime's words.
    private struct Answer: Decodable {
        var data: Int32
        var message: String?
    }

    var path: String
    var runtime: OCIRuntime
    var outputLimitBytes: Int
    var journal: Bool

    /// Starts the process that `paths.spec` describes, under the name `id`.
    /// - Returns: its pid on the host.
    func start(_ id: String, _ paths: ProcessPaths, tag: String?) async throws(ContainerError) -> Int32 {
        let line: [UInt8]
        do throws(Errno) { line = try await launch(id, paths, tag) } catch { throw .system(error) }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(line)) else {
            throw .runtime("the supervisor said: \(String(decoding: line, as: UTF8.self))")
        }
        guard answer.data <= 0 else { return answer.data }
        throw Self.refusal(answer.message ?? "")
    }

    /// The supervisor's first line. It goes into the background by itself, so its first process ends at once.
    private func launch(_ id: String, _ paths: ProcessPaths, _ tag: String?) async throws(Errno) -> [UInt8] {
        var pipe = try Pipe()
        let status = try await ChildProcess.run(
            path,
            arguments(id, paths, tag),
            environment: ChildProcess.defaultEnvironment + ["_OCI_SYNCPIPE=3"],
            descriptors: [pipe.writer]
        )
        pipe.closeWriter()
        guard status == .exited(0) else { throw Errno(ECHILD, "supervisor: \(status)") }
        return try await pipe.line(timeout: .seconds(60))
    }

    private func arguments(_ id: String, _ paths: ProcessPaths, _ tag: String?) -> [String] {
        let name = paths.container.rawValue
        var arguments = [
            "--api-version", "1", "--cid", name, "--cuuid", cuuid(name, id), "--name", name,
            "--runtime", runtime.path, "--runtime-arg", "--root", "--runtime-arg", runtime.root,
            "--bundle", paths.directory, "--full-attach", "--exec", "--exec-process-spec", paths.spec,
            "--container-pidfile", paths.pid, "--conmon-pidfile", paths.supervisorPID,
            "--exit-dir", paths.exitDirectory, "--no-sync-log",
            "--log-path", "k8s-file:\(paths.log)", "--log-size-max", String(outputLimitBytes),
        ]
        if journal { arguments += ["--log-path", "journald:", "--log-tag", tag ?? id] }
        return arguments
    }

    /// The supervisor's own identifier of this run, for which it wants more than 12 bytes.
    private func cuuid(_ container: String, _ process: String) -> String {
        let name = "\(container)-\(process)"
        return name + String(repeating: "0", count: max(0, 13 - name.utf8.count))
    }

    /// The runtime's words as one of our errors. runc has no codes for them.
    static func refusal(_ message: String) -> ContainerError {
        let text = words(message)
        guard let cause = text.firstRange(of: "exec: \"") else {
            return text.contains("chdir to cwd") ? .invalid(text) : .runtime(text)
        }
        let missing = [
            "executable file not found", "no such file or directory", "permission denied", "not a directory",
        ]
        return missing.contains { text[cause.lowerBound...].contains($0) }
            ? .executableNotFound(String(text[cause.lowerBound...])) : .runtime(text)
    }

    /// The `msg="…"` of a text log, without its escapes; the whole text when it has none.
    private static func words(_ message: String) -> String {
        let trimmed = message.split(separator: "\n").last.map { String($0) } ?? message
        guard let start = trimmed.firstRange(of: "msg=\"") else { return trimmed }
        var result = ""
        var rest = trimmed[start.upperBound...]
        while let character = rest.popFirst(), character != "\"" {
            if character == "\\", let next = rest.popFirst() { result.append(next) } else { result.append(character) }
        }
        return result
    }
}
