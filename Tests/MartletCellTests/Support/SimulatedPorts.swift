import MartletLinux
import MartletModels

@testable import MartletCell

/// A runtime on a simulated machine. Before and after each effect the agent may die.
struct SimulatedRuntime: ContainerRuntime {
    let machine: SimulatedMachine
    var life = Life()

    private func around<R>(_ effect: () throws(RuntimeFailure) -> R) async throws(RuntimeFailure) -> R {
        guard await life.step() else { throw .detached }
        let result = try effect()
        guard await life.step() else { throw .detached }
        return result
    }

    func create(_ request: ContainerRequest) async throws(RuntimeFailure) -> ActualLRPNetInfo {
        try await around { () throws(RuntimeFailure) in
            try machine.state.withLock { state throws(RuntimeFailure) in
                if let failure = state.createFailure { throw .failed(failure) }
                guard state.containers[request.id] == nil else { throw .failed("Handle already in use") }
                state.containers[request.id] = request
            }
            let ports = request.ports.map { PortMapping(containerPort: $0, hostPort: $0 + 50_000) }
            return ActualLRPNetInfo(
                address: "192.0.2.1",
                ports: ports,
                instanceAddress: "10.254.0.2",
                preferredAddress: .host
            )
        }
    }

    func start(
        _ process: ProcessRequest,
        in container: InstanceGUID,
        output: @escaping ProcessOutput
    ) async throws(RuntimeFailure) {
        try await around { () throws(RuntimeFailure) in
            try machine.start(process, in: container, output: output)
        }
    }

    func attach(
        to process: ProcessID,
        in container: InstanceGUID,
        output: @escaping ProcessOutput
    ) async throws(RuntimeFailure) -> Bool {
        try await around { () throws(RuntimeFailure) in
            machine.process(process, in: container) != nil
        }
    }

    func wait(for process: ProcessID, in container: InstanceGUID) async throws(RuntimeFailure) -> ProcessExit {
        guard let running = machine.process(process, in: container) else { throw .missing("no such process") }
        guard let exit = await running.exit.wait() else { throw .detached }
        guard await life.step() else { throw .detached }
        return exit
    }

    func signal(
        _ signal: ProcessSignal,
        to process: ProcessID,
        in container: InstanceGUID
    ) async throws(RuntimeFailure) {
        try await around { () throws(RuntimeFailure) in machine.signal(signal, to: process, in: container) }
    }

    func kill(_ container: InstanceGUID) async throws(RuntimeFailure) {
        try await around { () throws(RuntimeFailure) in
            let keys = machine.state.withLock { $0.processes.keys.filter { $0.container == container } }
            for key in keys { machine.signal(.kill, to: key.process, in: container) }
        }
    }

    func destroy(_ container: InstanceGUID) async throws(RuntimeFailure) {
        try await around { () throws(RuntimeFailure) in try machine.destroy(container) }
    }

    func living() async throws(RuntimeFailure) -> Set<InstanceGUID> {
        await machine.state.withLock { $0.whenListed }?()
        return try await around { () throws(RuntimeFailure) in Set(machine.state.withLock { $0.containers.keys }) }
    }

    func adopt(keeping keep: Set<InstanceGUID>) async throws(RuntimeFailure) {
        try await around { () throws(RuntimeFailure) in
            let strangers = machine.state.withLock { Set($0.containers.keys) }.subtracting(keep)
            for stranger in strangers { try machine.destroy(stranger) }
        }
    }

    func probe(_ probe: Probe, in container: InstanceGUID) async -> ProbeOutcome {
        let port: UInt32 =
            switch probe {
            case .tcp(let port, _): port
            case .http(let port, _, _): port
            }
        return machine.state.withLock { state in
            state.probeCount += 1
            guard var answers = state.probes[port], let first = answers.first else { return .failed("refused") }
            if answers.count > 1 { answers.removeFirst() }
            state.probes[port] = answers
            return first
        }
    }

    func memoryPeak(of container: InstanceGUID) async -> Int? { 4_096 }
}

struct SimulatedRootFS: RootFSPreparer {
    let machine: SimulatedMachine
    var life = Life()

    private func around<R>(_ effect: () throws(RootFSFailure) -> R) async throws(RootFSFailure) -> R {
        guard await life.step() else { throw RootFSFailure("dead") }
        let result = try effect()
        guard await life.step() else { throw RootFSFailure("dead") }
        return result
    }

    func prepare(_ request: RootFSRequest) async throws(RootFSFailure) -> PreparedRootFS {
        if machine.state.withLock({ $0.pullsHang }) {
            _ = await Latch<Bool>().wait()
            throw RootFSFailure("The pull was cancelled.")
        }
        return try await around { () throws(RootFSFailure) in
            try machine.state.withLock { state throws(RootFSFailure) in
                if let failure = state.prepareFailure { throw RootFSFailure(failure) }
                state.rootFS.insert(request.container)
            }
            let path = EnvironmentVariable(name: "PATH", value: "/bin")
            return PreparedRootFS(path: "/rootfs/\(request.container)", environment: [path])
        }
    }

    func discard(_ container: InstanceGUID) async throws(RootFSFailure) {
        try await around { () throws(RootFSFailure) in
            _ = machine.state.withLock { $0.rootFS.remove(container) }
        }
    }

    func adopt(keeping keep: Set<InstanceGUID>) async throws(RootFSFailure) {
        try await around { () throws(RootFSFailure) in
            machine.state.withLock { $0.rootFS.formIntersection(keep) }
        }
    }
}

/// Keeps every line.
final class RecordingLog: AppLogSink {
    private let lines = Locked<[AppLogLine]>([])

    func write(_ line: AppLogLine) { lines.withLock { $0.append(line) } }

    var all: [AppLogLine] { lines.withLock { $0 } }
    /// `SOURCE/STREAM text` of each line, without the cell's own.
    var texts: [String] { all.filter { $0.source != "CELL" }.map { "\($0.source)/\($0.stream.rawValue) \($0.text)" } }
    var cellTexts: [String] { all.filter { $0.source == "CELL" }.map(\.text) }
}
