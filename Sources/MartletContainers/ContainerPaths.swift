/// Where the files of one container are.
struct ContainerPaths: Hashable, Sendable {
    let id: ContainerID
    let state: String
    let run: String

    init(_ id: ContainerID, _ configuration: ContainersConfiguration) {
        self.id = id
        (state, run) = (configuration.stateDirectory, configuration.runDirectory)
    }

    /// Survives a restart of the machine.
    var record: String { "\(state)/containers/\(id).json" }
    /// One log file a process.
    var output: String { "\(state)/output/\(id)" }
    /// On a tmpfs: configuration, name files, and a directory for each process.
    var bundle: String { "\(run)/bundles/\(id)" }
    var config: String { "\(bundle)/config.json" }
    var environment: String { "\(bundle)/environment.json" }
    /// The root file system seen from a place that the container's root may pass, wherever the image store is.
    var root: String { "\(bundle)/rootfs" }
    var hosts: String { "\(bundle)/hosts" }
    var resolver: String { "\(bundle)/resolv.conf" }
    var initPID: String { "\(bundle)/init.pid" }
    var runtimeLog: String { "\(bundle)/runtime.log" }
    var processes: String { "\(bundle)/processes" }
    var userNamespace: String { "\(run)/namespaces/\(id).user" }
    var networkNamespace: String { "\(run)/namespaces/\(id).network" }
    var runtimeState: String { "\(run)/runtime/\(id)" }

    func process(_ process: String) -> ProcessPaths {
        ProcessPaths(directory: "\(processes)/\(process)", log: "\(output)/\(process).log", container: id)
    }
}

/// Where the files of one process are.
struct ProcessPaths: Hashable, Sendable {
    let directory: String
    let log: String
    let container: ContainerID

    var spec: String { "\(directory)/process.json" }
    var pid: String { "\(directory)/pid" }
    var supervisorPID: String { "\(directory)/supervisor.pid" }
    var exitDirectory: String { "\(directory)/exit" }
    /// Written once by the supervisor: the code in decimal. Named after the container.
    var exit: String { "\(exitDirectory)/\(container)" }
    /// What the supervisor itself writes to standard error.
    var complaints: String { "\(directory)/supervisor.log" }
    var started: String { "\(directory)/started.json" }
    var ended: String { "\(directory)/ended.json" }
    var position: String { "\(directory)/position.json" }
}
