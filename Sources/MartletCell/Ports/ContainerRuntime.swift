public import MartletModels

/// Receives the lines of a process, in order for each stream. Called from any thread; must not block.
public typealias ProcessOutput = @Sendable (OutputStream, String) -> Void

/// Runs containers and their processes. What it runs outlives the agent.
public protocol ContainerRuntime: Sendable {
    /// Creates a container in which nothing of the app runs yet, and says where its ports are.
    func create(_ spec: ContainerRequest) async throws(RuntimeFailure) -> ActualLRPNetInfo

    /// Starts a process. Returns once it has been spawned; its lines go to `output` until it ends.
    func start(
        _ process: ProcessRequest,
        in container: InstanceGUID,
        output: @escaping ProcessOutput
    ) async throws(RuntimeFailure)

    /// Takes up again a process that an earlier life of the agent started, running or ended.
    ///
    /// - Returns: false when no process of that id was ever started.
    func attach(
        to process: ProcessID,
        in container: InstanceGUID,
        output: @escaping ProcessOutput
    ) async throws(RuntimeFailure) -> Bool

    /// Waits until a started process has ended and its last line has been handed over.
    ///
    /// Cancelling the task ends the wait, not the process: `.detached`.
    func wait(for process: ProcessID, in container: InstanceGUID) async throws(RuntimeFailure) -> ProcessExit

    /// Sends a signal to one process; fine when it has ended.
    func signal(
        _ signal: ProcessSignal,
        to process: ProcessID,
        in container: InstanceGUID
    ) async throws(RuntimeFailure)

    /// Kills every process of a container at once; fine when there is none.
    func kill(_ container: InstanceGUID) async throws(RuntimeFailure)

    /// Kills what runs and removes the container with its network and limits; fine when it does not exist.
    func destroy(_ container: InstanceGUID) async throws(RuntimeFailure)

    /// The containers in which processes can run; one whose sandbox has died is not among them.
    func living() async throws(RuntimeFailure) -> Set<InstanceGUID>

    /// Takes over what an earlier life of the agent left, and removes every trace of containers not in `keep`.
    /// Called once, before everything else.
    func adopt(keeping keep: Set<InstanceGUID>) async throws(RuntimeFailure)

    /// Tries one connection or request from inside the container's network.
    func probe(_ probe: Probe, in container: InstanceGUID) async -> ProbeOutcome

    /// The most memory the container has used so far, in bytes; `nil` when nobody knows.
    func memoryPeak(of container: InstanceGUID) async -> Int?
}

public enum ProcessSignal: String, Hashable, Sendable {
    case terminate
    case kill
}

/// Why a runtime did not do what it was asked.
public enum RuntimeFailure: Error, Hashable, Sendable {
    /// Whatever it was about does not exist (any more).
    case missing(String)
    /// One sentence that may be shown to the app's owner.
    case failed(String)
    /// The waiting task was cancelled; the process goes on.
    case detached

    public var reason: String {
        switch self {
        case .missing(let text), .failed(let text): text
        case .detached: "the agent stopped waiting"
        }
    }
}

/// One attempt of a health check.
public enum Probe: Hashable, Sendable {
    case tcp(port: UInt32, timeout: Duration)
    case http(port: UInt32, path: String, timeout: Duration)
}

/// What came of one attempt.
public enum ProbeOutcome: Hashable, Sendable {
    case passed
    /// The text of Diego's health check program, for example
    /// `failed to make TCP connection to 10.0.0.2:8080: timed out after 1.00 seconds`.
    case failed(String)
}
