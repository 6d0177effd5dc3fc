import Glibc
import MartletLinux

/// What happens before a process is started: its user is looked up, its directory made and its description written.
struct ProcessLaunch: Sendable {
    let spec: ProcessSpec
    /// Environment of the container.
    let base: [ContainerSpec.Variable]
    let idRange: IDRange
    let noNewPrivileges: Bool
    let initPID: Int32
    let paths: ProcessPaths

    func prepare(_ name: String) throws(ContainerError) {
        let root = try root()
        let user = try UserLookup.find(spec.user, in: root)
        let directory = spec.directory.flatMap { $0.isEmpty ? nil : $0 } ?? user.home
        guard directory.hasPrefix("/") else { throw .invalid("a working directory is absolute: \(directory)") }
        try system { () throws(Errno) in
            try root.makeDirectories(directory, user: idRange.base + user.uid, group: idRange.base + user.gid)
        }
        let bytes = try OCIBundle.process(process(user, directory))
        try makeDirectory(name)
        try system { () throws(Errno) in
            try Files.makeDirectories(paths.exitDirectory, mode: 0o700)
            try Descriptor.open(paths.spec, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600).writeAll(bytes)
        }
    }

    private func root() throws(ContainerError) -> RootedDirectory {
        do throws(Errno) { return try RootedDirectory("/proc/\(initPID)/root") } catch {
            throw error.code == ENOENT || error.code == ESRCH ? .notRunning(paths.container) : .system(error)
        }
    }

    /// The directory is the reservation of the process's id.
    private func makeDirectory(_ name: String) throws(ContainerError) {
        if unsafe mkdir(paths.directory, 0o700) == 0 { return }
        let code = errno
        throw code == EEXIST ? .processIDInUse(name) : .system(Errno(code, "mkdir \(paths.directory)"))
    }

    func process(_ user: UserLookup, _ directory: String) -> OCIProcess {
        OCIProcess(
            user: OCIProcess.User(uid: user.uid, gid: user.gid, additionalGids: user.groups),
            args: [spec.path] + spec.args,
            env: environment(user),
            cwd: directory,
            capabilities: .forUser(user.uid),
            rlimits: spec.openFiles.map { [OCIProcess.Limit(type: "RLIMIT_NOFILE", hard: $0, soft: $0)] } ?? [],
            noNewPrivileges: noNewPrivileges
        )
    }

    /// Duplicates stay, in order: later entries win for lookup. `PATH` and `USER` are added only if absent.
    private func environment(_ user: UserLookup) -> [String] {
        let variables = base + spec.environment
        var result = variables.map { "\($0.name)=\($0.value)" }
        if !variables.contains(where: { $0.name == "PATH" }) {
            let system = user.uid == 0 ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" : nil
            result.append("PATH=\(system ?? "/usr/local/bin:/usr/bin:/bin")")
        }
        if !variables.contains(where: { $0.name == "USER" }) {
            result.append("USER=\(spec.user.isEmpty ? "root" : spec.user)")
        }
        return result
    }
}
