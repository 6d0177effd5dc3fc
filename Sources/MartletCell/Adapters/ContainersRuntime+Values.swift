import MartletContainers
import MartletLinux
import MartletModels

extension RuntimeFailure {
    init(_ error: ContainerError) {
        switch error {
        case .unknownContainer: self = .missing(error.description)
        case .alreadyExists, .invalid, .executableNotFound, .unknownUser, .processIDInUse, .notRunning,
            .noSubnetsLeft, .noHostPortsLeft, .hostNotReady, .runtime, .firewall, .system, .timedOut, .leftovers:
            self = .failed(error.description)
        }
    }
}

extension ContainerID {
    init(valid id: InstanceGUID) throws(ContainerError) {
        guard let valid = ContainerID(id.rawValue) else { throw .invalid("\(id) cannot name a container") }
        self = valid
    }
}

extension ContainerSpec {
    /// A weight of 100 is the kernel's own share of 1,024; memory and pids of 0 are no limit.
    init(_ request: ContainerRequest) throws(ContainerError) {
        self.init(id: try ContainerID(valid: request.id), rootFS: request.rootFS.path, idRange: request.range)
        hostname = request.hostname
        environment = request.environment.map { Variable($0.name, $0.value) }
        memoryBytes = request.limits.memoryMB == 0 ? nil : Int64(request.limits.memoryMB) << 20
        pids = request.limits.maxPIDs == 0 ? nil : Int64(request.limits.maxPIDs)
        cpuShares = max(2, Int64(request.cpuWeight) * 1_024 / 100)
        ports = request.ports.map { UInt16(clamping: $0) }
    }
}

extension ProcessSpec {
    init(_ request: ProcessRequest) {
        self.init(
            path: request.path,
            args: request.arguments,
            environment: request.environment.map { ContainerSpec.Variable($0.name, $0.value) },
            directory: request.directory,
            user: request.user,
            openFiles: request.nofile
        )
        id = request.id.rawValue
    }
}
