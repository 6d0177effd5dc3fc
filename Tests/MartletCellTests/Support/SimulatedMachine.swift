import MartletLinux
import MartletModels

@testable import MartletCell

/// What outlives an agent: containers, their processes and their root file systems.
final class SimulatedMachine: Sendable {
    /// What a process does, chosen by its path.
    enum Behaviour: Hashable, Sendable {
        /// Until a signal comes; SIGTERM ends it with 143.
        case runs
        /// Only SIGKILL ends it.
        case ignoresTerm
        /// Ends at once.
        case exits(Int, output: [String] = [])
        case runsOutOfMemory
        case cannotStart(String)
    }

    struct Process: Sendable {
        var request: ProcessRequest
        var pid: Int
        var behaviour: Behaviour
        let exit: Latch<ProcessExit>
        var output: ProcessOutput
        var signals: [ProcessSignal] = []
    }

    struct Key: Hashable, Sendable {
        var container: InstanceGUID
        var process: ProcessID
    }

    struct State: Sendable {
        var containers: [InstanceGUID: ContainerRequest] = [:]
        var processes: [Key: Process] = [:]
        var rootFS: Set<InstanceGUID> = []
        var behaviours: [String: Behaviour] = [:]
        /// Answers of probes by port; the last one stays.
        var probes: [UInt32: [ProbeOutcome]] = [:]
        var probeCount = 0
        var createFailure: String?
        var prepareFailure: String?
        var destroyFailures = 0
        /// Pulls wait until they are cancelled.
        var pullsHang = false
        var nextPID = 100
        /// Happens when the containers are listed.
        var whenListed: (@Sendable () async -> Void)?
        /// Every process that was ever started, in order.
        var started: [ProcessID] = []
    }

    let state = Locked(State())

    func set(_ path: String, _ behaviour: Behaviour) { state.withLock { $0.behaviours[path] = behaviour } }
    func set(port: UInt32, _ outcomes: [ProbeOutcome]) { state.withLock { $0.probes[port] = outcomes } }

    func container(_ id: InstanceGUID) -> ContainerRequest? { state.withLock { $0.containers[id] } }
    func process(_ process: ProcessID, in container: InstanceGUID) -> Process? {
        state.withLock { $0.processes[Key(container: container, process: process)] }
    }

    /// The processes that have not ended, by container.
    var running: [Process] { state.withLock { $0.processes.values.filter { $0.exit.value == nil } } }

    func end(_ process: ProcessID, in container: InstanceGUID, _ exit: ProcessExit) {
        state.withLock { $0.processes[Key(container: container, process: process)] }?.exit.finish(exit)
    }

    /// A container that vanishes without anybody having asked.
    func lose(_ container: InstanceGUID) {
        let lost = state.withLock { state in
            state.containers[container] = nil
            return state.processes.filter { $0.key.container == container }.map(\.value)
        }
        for process in lost { process.exit.finish(ProcessExit(status: 137)) }
    }

    func destroy(_ container: InstanceGUID) throws(RuntimeFailure) {
        let gone = try state.withLock { state throws(RuntimeFailure) -> [Process] in
            if state.destroyFailures > 0 {
                state.destroyFailures -= 1
                throw .failed("device busy")
            }
            state.containers[container] = nil
            let keys = state.processes.keys.filter { $0.container == container }
            return keys.compactMap { state.processes.removeValue(forKey: $0) }
        }
        for process in gone { process.exit.finish(ProcessExit(status: 137)) }
    }

    func start(
        _ request: ProcessRequest,
        in container: InstanceGUID,
        output: @escaping ProcessOutput
    ) throws(RuntimeFailure) {
        let process = try state.withLock { state throws(RuntimeFailure) -> Process in
            guard state.containers[container] != nil else { throw .missing("unknown handle: \(container)") }
            let behaviour = state.behaviours[request.path] ?? .runs
            if case .cannotStart(let reason) = behaviour { throw .failed(reason) }
            let key = Key(container: container, process: request.id)
            guard state.processes[key] == nil else { throw .failed("process ID '\(request.id)' already in use") }
            state.nextPID += 1
            let process = Process(
                request: request,
                pid: state.nextPID,
                behaviour: behaviour,
                exit: Latch(),
                output: output
            )
            state.processes[key] = process
            state.started.append(request.id)
            return process
        }
        switch process.behaviour {
        case .exits(let status, let lines):
            for line in lines { output(.out, line) }
            process.exit.finish(ProcessExit(status: status))
        case .runsOutOfMemory: process.exit.finish(ProcessExit(status: 137, outOfMemory: true))
        case .runs, .ignoresTerm, .cannotStart: break
        }
    }

    func signal(_ signal: ProcessSignal, to id: ProcessID, in container: InstanceGUID) {
        let process = state.withLock { state in
            let key = Key(container: container, process: id)
            state.processes[key]?.signals.append(signal)
            return state.processes[key]
        }
        guard let process else { return }
        switch (signal, process.behaviour) {
        case (.kill, _): process.exit.finish(ProcessExit(status: 137))
        case (.terminate, .ignoresTerm): break
        case (.terminate, _): process.exit.finish(ProcessExit(status: 143))
        }
    }
}
