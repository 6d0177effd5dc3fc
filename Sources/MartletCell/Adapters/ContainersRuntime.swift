import Glibc
public import MartletContainers
import MartletLinux
public import MartletLog
public import MartletModels

/// The real runtime: a cell's `Containers`.
public actor ContainersRuntime: ContainerRuntime {
    private struct Key: Hashable {
        var container: InstanceGUID
        var process: ProcessID
    }

    private struct Handle {
        var process: RunningProcess
        var output: ProcessOutput
    }

    private let containers: Containers
    private let configuration: ContainersConfiguration
    private let log: Log
    private var handles: [Key: Handle] = [:]
    /// What an earlier life started and nobody has taken up yet.
    private var found: [Key: RunningProcess] = [:]
    /// The first process of each living container.
    private var sandboxes: [InstanceGUID: ProcessIdentity] = [:]

    /// - Parameter containers: made with the same configuration; nobody else creates or destroys in it.
    public init(_ containers: Containers, _ configuration: ContainersConfiguration, log: Log) {
        self.containers = containers
        self.configuration = configuration
        self.log = log
    }

    public func adopt(keeping keep: Set<InstanceGUID>) async throws(RuntimeFailure) {
        do throws(ContainerError) {
            try await containers.prepare()
            for adopted in try await containers.adopt() { enter(adopted) }
            let removed = try await containers.destroyUnknown(keep: Set(keep.compactMap { ContainerID($0.rawValue) }))
            for what in removed { log(.notice, "unknown container removed", ["what": what]) }
        } catch { throw RuntimeFailure(error) }
    }

    private func enter(_ adopted: AdoptedContainer) {
        let id = InstanceGUID(adopted.container.id.rawValue)
        if adopted.death == nil { sandboxes[id] = ProcessIdentity.current(adopted.container.initPID) }
        for process in adopted.processes { found[Key(container: id, process: ProcessID(process.id))] = process }
    }

    public func create(_ request: ContainerRequest) async throws(RuntimeFailure) -> ActualLRPNetInfo {
        let container: Container
        do throws(ContainerError) { container = try await containers.create(try ContainerSpec(request)) } catch {
            throw RuntimeFailure(error)
        }
        sandboxes[request.id] = ProcessIdentity.current(container.initPID)
        return ActualLRPNetInfo(
            address: "\(configuration.externalAddress)",
            ports: container.ports.map {
                PortMapping(containerPort: UInt32($0.containerPort), hostPort: UInt32($0.hostPort))
            },
            instanceAddress: "\(container.address)",
            preferredAddress: .host
        )
    }

    public func start(
        _ process: ProcessRequest,
        in container: InstanceGUID,
        output: @escaping ProcessOutput
    ) async throws(RuntimeFailure) {
        let running: RunningProcess
        do throws(ContainerError) {
            running = try await containers.run(ProcessSpec(process), in: try ContainerID(valid: container))
        } catch { throw RuntimeFailure(error) }
        handles[Key(container: container, process: process.id)] = Handle(process: running, output: output)
    }

    public func attach(
        to process: ProcessID,
        in container: InstanceGUID,
        output: @escaping ProcessOutput
    ) async throws(RuntimeFailure) -> Bool {
        let key = Key(container: container, process: process)
        guard let running = found.removeValue(forKey: key) ?? handles[key]?.process else { return false }
        handles[key] = Handle(process: running, output: output)
        return true
    }

    /// Its output ends when the process has ended and all is read, and also when the task is cancelled.
    public func wait(for process: ProcessID, in container: InstanceGUID) async throws(RuntimeFailure) -> ProcessExit {
        let key = Key(container: container, process: process)
        guard let handle = handles[key] else { throw .missing("process \(process) is not known") }
        for await line in handle.process.output() {
            handle.output(line.stream == .stdout ? .out : .err, line.text)
        }
        guard let status = handle.process.exitStatus else { throw .detached }
        handles[key] = nil
        return ProcessExit(status: Int(status.code), outOfMemory: status.outOfMemory)
    }

    public func signal(
        _ signal: ProcessSignal,
        to process: ProcessID,
        in container: InstanceGUID
    ) async throws(RuntimeFailure) {
        guard let handle = handles[Key(container: container, process: process)] else { return }
        do throws(ContainerError) { try handle.process.signal(signal == .terminate ? SIGTERM : SIGKILL) } catch {
            throw RuntimeFailure(error)
        }
    }

    public func kill(_ container: InstanceGUID) async throws(RuntimeFailure) {
        do throws(ContainerError) { try await containers.kill(try ContainerID(valid: container)) } catch {
            switch error {
            case .unknownContainer, .notRunning: return
            default: throw RuntimeFailure(error)
            }
        }
    }

    public func destroy(_ container: InstanceGUID) async throws(RuntimeFailure) {
        do throws(ContainerError) { try await containers.destroy(try ContainerID(valid: container)) } catch {
            throw RuntimeFailure(error)
        }
        sandboxes[container] = nil
        handles = handles.filter { $0.key.container != container }
        found = found.filter { $0.key.container != container }
    }

    public func living() async throws(RuntimeFailure) -> Set<InstanceGUID> {
        Set(sandboxes.filter { $0.value.isAlive }.keys)
    }

    public func probe(_ probe: Probe, in container: InstanceGUID) async -> ProbeOutcome {
        guard let id = ContainerID(container.rawValue) else { return .failed("\(container) cannot be a container") }
        let (attempt, timeout): (HealthProbe, Duration) =
            switch probe {
            case .tcp(let port, let timeout): (.tcp(port: UInt16(clamping: port)), timeout)
            case .http(let port, let path, let timeout):
                (.http(port: UInt16(clamping: port), path: path), timeout)
            }
        do throws(HealthProbeFailure) {
            try await containers.probe(attempt, in: id, timeout: timeout)
            return .passed
        } catch { return .failed(error.description) }
    }

    /// Read from the memory control group, of either version, while it exists.
    public func memoryPeak(of container: InstanceGUID) async -> Int? {
        let group = "\(configuration.cgroupParent)/\(container)"
        let files = ["memory\(group)/memory.max_usage_in_bytes", "\(group.dropFirst())/memory.peak"]
        for file in files {
            let text = try? Files.readText("/sys/fs/cgroup/\(file)")
            if let text, let peak = Int(text.prefix { $0.isNumber }) { return peak }
        }
        return nil
    }
}
