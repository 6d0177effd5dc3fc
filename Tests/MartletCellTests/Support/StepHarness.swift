import MartletLinux
import MartletModels
import MartletTestSupport
import Testing

@testable import MartletCell

/// Runs one action tree in one simulated container.
final class StepHarness: Sendable {
    static let container: InstanceGUID = "i-1"

    let machine = SimulatedMachine()
    let clock = SimulatedClock()
    let lines = RecordingLog()
    let stop = StopSignal()
    let readies = Locked(0)
    let log: AppLog

    init() {
        let prototype = AppLogLine(
            key: .fixture("app"),
            instance: Self.container,
            logGUID: "app",
            source: "APP",
            stream: .out,
            text: ""
        )
        log = AppLog(prototype, to: lines, linesPerSecond: 0, clock: CellClock(clock))
        machine.state.withLock { state in
            state.containers[Self.container] = .fixture(Self.container)
        }
    }

    var context: StepContext {
        StepContext(
            surroundings: StepSurroundings(
                container: Self.container,
                runtime: SimulatedRuntime(machine: machine),
                clock: CellClock(clock),
                log: log,
                environment: ProcessEnvironment(netInfo: ActualLRPNetInfo(address: "192.0.2.1")),
                grace: .seconds(10),
                stop: stop
            ),
            journal: ForgetfulJournal(clock: CellClock(clock)),
            id: "action",
            logSource: "APP",
            stop: stop
        )
    }

    var readyCount: Int { readies.withLock { $0 } }

    func run(_ action: Action?) async -> StepOutcome {
        await ActionStep(action).run(in: context) { self.readies.withLock { $0 += 1 } }
    }

    /// Returns once a process of this step runs.
    func waitForProcess(_ id: ProcessID) async {
        await eventually { self.machine.process(id, in: Self.container) != nil }
    }
}

extension ContainerRequest {
    static func fixture(_ id: InstanceGUID) -> ContainerRequest {
        ContainerRequest(
            id: id,
            hostname: "h",
            rootFS: PreparedRootFS(path: "/"),
            range: IDRange(base: 1 << 20),
            limits: ContainerResources(memoryMB: 0, diskMB: 0),
            cpuWeight: 1,
            ports: [],
            environment: []
        )
    }
}

extension Action {
    /// A process of that path.
    static func process(_ path: String, source: String = "", silent: Bool = false) -> Action {
        .run(RunAction(path: path, user: "root", logSource: source, suppressLogOutput: silent))
    }
}

/// Lets other tasks work until the condition holds. A condition that never does ends the test, not the machine.
func eventually(
    _ comment: String = "",
    limit: Duration = .seconds(120),
    onEachTry: () -> Void = {},
    _ condition: () async -> Bool
) async {
    let deadline = ContinuousClock.now + limit
    while await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("did not come true in \(limit): \(comment)")
            return
        }
        onEachTry()
        try? await Task.sleep(for: .milliseconds(1))
    }
}
