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
    ///
    /// When it does not even get that far, the line is what it complained about.
    private func launch(_ id: String, _ paths: ProcessPaths, _ tag: String?) async throws(Errno) -> [UInt8] {
        var pipe = try Pipe()
        let complaints = try Descriptor.open(paths.complaints, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
        let status = try await ChildProcess.run(
            path,
            arguments(id, paths, tag),
            environment: ChildProcess.defaultEnvironment + ["_OCI_SYNCPIPE=3"],
            // It leaves a file where it was started when the memory limit is hit.
            directory: paths.directory,
            standard: [-1, -1, complaints.rawValue],
            // With a reader of its own its answer never fails: it would end, and leave the process to nobody, when the
            // agent has died meanwhile.
            descriptors: [pipe.writer, pipe.reader.rawValue]
        )
        pipe.closeWriter()
        guard status == .exited(0) else { return try Files.read(paths.complaints) }
        let line = try await pipe.line(timeout: .seconds(60))
        return line.isEmpty ? try Files.read(paths.complaints) : line
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
        // Its journald driver refuses shorter names, which no GUID is.
        if journal && name.utf8.count > 12 { arguments += ["--log-path", "journald:", "--log-tag", tag ?? id] }
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
        if let denied = text.firstRange(of: "eaccess ") {
            return .executableNotFound(String(text[denied.lowerBound...]))
        }
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
