import MartletBBSAPI
import MartletHTTP
import MartletLinux
import MartletModels
import MartletSQL
import MartletStore
import MartletTestSupport
import Synchronization

/// A whole control plane: servers on one database, cells, clients and the network between them.
final class World: Sendable {
    struct State {
        var judge: Judge
        /// Living servers, the oldest first; the last one is the one that clients find.
        var servers: [ServerNode] = []
        var serverCount = 0
        var agents: [CellID: CellAgent] = [:]
        var sessionCount = 0
        /// Every process that there ever was.
        var processes: [SimulatedProcess] = []
        /// Stores of servers that work on another one's and do not serve yet, by the number of the server.
        var starting: [Int: SimulatedProcess] = [:]
        /// Every store that was opened, and the process that runs it.
        var stores: [(process: SimulatedProcess, store: Store)] = []
        var isDiskFull = false
        var isCalm = false
        var isFinished = false
    }

    static let start = Timestamp.epoch + .seconds(1_000_000)
    /// Virtual seconds from the end of the last fault to the moment by which all must be in place.
    static let settleLimit = Duration.seconds(90)

    let plan: SimulationPlan
    let simulation: Simulation
    let trace: Trace
    let network: SimulatedNetwork
    let machines: [CellMachine]
    /// Watches; its jobs come before all others.
    let harness: SimulatedProcess
    let client: SimulatedProcess
    let databasePath: String
    /// Keeps the database in memory while no server has it open.
    let database: Locked<Connection>
    let state: Locked<State>

    private static let databaseCount = Atomic(0)

    init(_ plan: SimulationPlan, traces: Bool) throws(SQLError) {
        self.plan = plan
        simulation = Simulation(seed: plan.schedulingSeed, now: Self.start)
        trace = Trace(simulation, isOn: traces, start: Self.start)
        network = SimulatedNetwork(simulation, trace)
        machines = plan.rooms.enumerated().map { CellMachine(number: $0, containers: $1) }
        harness = simulation.makeProcess("harness", isUrgent: true)
        client = simulation.makeProcess("client")
        let number = Self.databaseCount.add(1, ordering: .relaxed).newValue
        databasePath = "file:/martlet-simulation-\(number)?vfs=memdb"
        database = Locked(try Connection(path: databasePath))
        let rules = Judge.Rules(
            isCalm: plan.profile == .calm,
            hasClockSteps: plan.hasClockSteps,
            hasManyStops: plan.profile == .brake
        )
        let machines = machines
        let judge = Judge(rules, start: Self.start) { instance in
            let machine = machines.first { $0.id == instance.cellID }
            return machine?.container(instance.instanceGUID)?.phase.isActive ?? false
        }
        state = Locked(State(judge: judge, processes: [harness, client]))
    }

    /// Lives through the plan.
    func run() -> Outcome {
        startServer(after: .zero)
        for machine in machines { startAgent(of: machine) }
        for step in plan.steps { simulation.schedule(after: step.at) { self.perform(step) } }
        simulation.schedule(after: plan.calmFrom) { self.endFaults() }
        let ending = simulation.run { goesOn() }
        if ending == .livelock { report(.livelock, "too much happens without any time passing") }
        if ending == .idle { report(.livelock, "nothing will ever happen again") }
        let outcome = Outcome(
            plan: plan,
            violation: state.withLock { $0.judge.violation },
            fingerprint: simulation.fingerprint,
            duration: simulation.now - Self.start,
            trace: trace.all
        )
        network.close()
        simulation.bury(state.withLock { $0.processes })
        return outcome
    }

    var now: Timestamp { simulation.now }

    func makeProcess(_ name: String) -> SimulatedProcess {
        let process = simulation.makeProcess(name)
        state.withLock { $0.processes.append(process) }
        return process
    }

    func report(_ invariant: Invariant, _ text: String) {
        let now = now
        state.withLock { $0.judge.report(invariant, text, at: now) }
    }

    /// Asked before every job, when all that the commits before have told was seen.
    private func goesOn() -> Bool {
        let now = now
        let limit = Self.start + plan.calmFrom + Self.settleLimit + .seconds(120)
        if now > limit { report(.livelock, "the world does not come to its end") }
        return state.withLock { state in
            state.judge.inspectCommit(at: now)
            return state.judge.violation == nil && !state.isFinished
        }
    }
}
