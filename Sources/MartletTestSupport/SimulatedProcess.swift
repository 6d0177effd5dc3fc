import MartletLinux
public import MartletModels

/// One process of a simulation: tasks that live and die together, with a clock of their own.
///
/// Killed, none of its jobs ever runs again, wherever its tasks were waiting; what it has handed to another process
/// goes on there, as with a request on the wire.
public final class SimulatedProcess: TaskExecutor {
    private struct State {
        var isDead = false
        var offset: Duration = .zero
        var doom: Doom?
        var tasks: [Int: Task<Void, Never>] = [:]
        var lastTask = 0
    }

    private struct Doom {
        var jobsLeft: Int
        let whenDead: @Sendable () -> Void
    }

    public let name: String
    public let simulation: Simulation
    let number: Int
    let isUrgent: Bool
    private let state = Locked(State())

    init(_ name: String, number: Int, isUrgent: Bool, in simulation: Simulation) {
        self.name = name
        self.number = number
        self.isUrgent = isUrgent
        self.simulation = simulation
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        simulation.enqueue(Simulation.Job(job: UnownedJob(job), process: self, serial: nil))
    }

    /// Starts a task of this process; a dead one starts nothing.
    public func spawn(_ body: @escaping @Sendable () async -> Void) {
        guard !isDead else { return }
        let id = state.withLock { state in
            state.lastTask += 1
            return state.lastTask
        }
        let task = Task(executorPreference: self, priority: .medium) {
            await body()
            self.forget(id)
        }
        state.withLock { $0.tasks[id] = task }
    }

    /// An executor for an actor of this process that has one of its own.
    public func makeSerialExecutor() -> SimulatedSerialExecutor { SimulatedSerialExecutor(of: self) }

    public var isDead: Bool { state.withLock { $0.isDead } }

    /// Ends it between two of its jobs, as `SIGKILL` would.
    public func kill() {
        state.withLock { $0.isDead = true }
        simulation.removeJobs(of: self)
    }

    /// Ends it after so many more of its jobs, wherever it is by then.
    public func kill(afterJobs count: Int, _ whenDead: @escaping @Sendable () -> Void) {
        state.withLock { $0.doom = Doom(jobsLeft: count, whenDead: whenDead) }
    }

    /// Takes back `kill(afterJobs:)`.
    public func spare() { state.withLock { $0.doom = nil } }

    /// What its clock reads: the true time and how far it is off.
    public var now: Timestamp { simulation.now + state.withLock { $0.offset } }

    /// Steps its clock, forwards or back. Who sleeps, sleeps on for as long as was left.
    public func stepClock(by step: Duration) { state.withLock { $0.offset += step } }

    public var clock: SimulatedProcessClock { SimulatedProcessClock(process: self) }

    /// Asked before each of its jobs; the answer no is its death.
    func mayRunOneMore() -> Bool {
        let whenDead = state.withLock { state -> (@Sendable () -> Void)? in
            guard var doom = state.doom else { return nil }
            doom.jobsLeft -= 1
            state.doom = doom.jobsLeft < 0 ? nil : doom
            return doom.jobsLeft < 0 ? doom.whenDead : nil
        }
        guard let whenDead else { return true }
        kill()
        whenDead()
        return false
    }

    func cancelAll() {
        let tasks = state.withLock { state in
            state.isDead = true
            return state.tasks.sorted { $0.key < $1.key }.map(\.value)
        }
        for task in tasks { task.cancel() }
    }

    private func forget(_ id: Int) { state.withLock { $0.tasks[id] = nil } }
}
