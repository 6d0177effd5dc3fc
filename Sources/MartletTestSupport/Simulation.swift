import MartletLinux
public import MartletModels

/// Runs tasks, actors and time on one thread, in an order drawn from a seed.
///
/// Everything in it belongs to a `SimulatedProcess`. When nothing can run, the time jumps to the next deadline, so
/// hours cost what happens in them. The same seed gives the same order in every run, as long as nothing inside reads
/// another clock, draws another random number, or depends on the order of a `Set` or `Dictionary`.
public final class Simulation: Sendable {
    /// Why `run` returned.
    public enum Ending: Hashable, Sendable {
        /// The caller has seen enough.
        case stopped
        /// Nothing can ever happen again.
        case idle
        /// So much happened without any time passing that it will not end.
        case livelock
    }

    struct Job: Sendable {
        let job: UnownedJob
        let process: SimulatedProcess
        /// `nil` for a job of the process itself.
        let serial: SimulatedSerialExecutor?
    }

    private struct State {
        var random: SplitMix64
        var now: Timestamp
        var ready: [Job] = []
        /// Those of urgent processes, in the order in which they came.
        var urgent: [Job] = []
        /// Jobs of processes that were killed.
        var graveyard: [Job] = []
        var timers = SimulatedTimers()
        var processCount = 0
        var jobsAtThisTime = 0
        var fingerprint: UInt64 = 0
        var isBurying = false

        mutating func note(_ fact: UInt64) {
            fingerprint = (fingerprint ^ fact) &* 0x0000_0100_0000_01B3 &+ (fingerprint >> 32)
        }
    }

    private let state: Locked<State>
    /// Jobs without any time passing after which `run` gives up.
    private let livelockLimit: Int

    public init(seed: UInt64, now: Timestamp = .epoch, livelockLimit: Int = 200_000) {
        state = Locked(State(random: SplitMix64(seed: seed), now: now))
        self.livelockLimit = livelockLimit
    }

    /// The true time; processes may see another one.
    public var now: Timestamp { state.withLock { $0.now } }

    /// A number that stands for everything that has happened so far and its order.
    public var fingerprint: UInt64 { state.withLock { $0.fingerprint } }

    /// Draws from the seed.
    public func draw<R: Sendable>(_ body: (inout SplitMix64) -> R) -> R { state.withLock { body(&$0.random) } }

    /// - Parameter isUrgent: its jobs run before all others, in order: for whoever watches the rest.
    public func makeProcess(_ name: String, isUrgent: Bool = false) -> SimulatedProcess {
        let number = state.withLock { state in
            state.processCount += 1
            return state.processCount
        }
        return SimulatedProcess(name, number: number, isUrgent: isUrgent, in: self)
    }

    /// Calls `action` when the time has come, between two jobs.
    public func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.timers.add(at: $0.now + max(.zero, delay), .call(action)) }
    }

    /// Runs until nothing is left, or `goesOn` says no; it is asked before every job that is not urgent.
    public func run(while goesOn: () -> Bool = { true }) -> Ending {
        while true {
            if let job = takeUrgent() {
                job.run()
                continue
            }
            guard goesOn() else { return .stopped }
            guard state.withLock({ $0.jobsAtThisTime < livelockLimit }) else { return .livelock }
            if let job = takeReady() {
                if job.process.mayRunOneMore() { job.run() } else { enqueue(job) }
            } else if !advance() {
                return .idle
            }
        }
    }

    /// Ends all tasks of these processes, also of those that were killed, so that nothing leaks. Call it last.
    public func bury(_ processes: [SimulatedProcess]) {
        state.withLock { $0.isBurying = true }
        for process in processes { process.cancelAll() }
        for _ in 0..<livelockLimit {
            if let job = takeAny() {
                job.run()
            } else if let timers = state.withLock({ $0.timers.isEmpty ? nil : $0.timers.removeAll() }) {
                for case .sleeper(let sleeper) in timers { sleeper.resume(throwing: CancellationError()) }
            } else {
                return
            }
        }
    }

    func enqueue(_ job: Job) {
        state.withLock { state in
            if state.isBurying {
                state.ready.append(job)
            } else if job.process.isDead {
                state.graveyard.append(job)
            } else if job.process.isUrgent {
                state.urgent.append(job)
            } else {
                state.ready.append(job)
            }
        }
    }

    /// What it had to do will not be done.
    func removeJobs(of process: SimulatedProcess) {
        state.withLock { state in
            state.graveyard += state.ready.filter { $0.process === process }
            state.ready.removeAll { $0.process === process }
        }
    }

    private func takeUrgent() -> Job? {
        state.withLock { state in state.urgent.isEmpty ? nil : state.urgent.removeFirst() }
    }

    private func takeReady() -> Job? {
        state.withLock { state -> Job? in
            guard !state.ready.isEmpty else { return nil }
            let position = Int.random(in: 0..<state.ready.count, using: &state.random)
            state.ready.swapAt(position, state.ready.count - 1)
            let job = state.ready.removeLast()
            state.jobsAtThisTime += 1
            state.note(UInt64(job.process.number))
            return job
        }
    }

    private func takeAny() -> Job? {
        state.withLock { state in
            state.urgent.popLast() ?? state.ready.popLast() ?? state.graveyard.popLast()
        }
    }

    /// Moves the time to the next deadline, and wakes whoever waits for it.
    private func advance() -> Bool {
        let due = state.withLock { state -> [SimulatedTimers.Wake] in
            guard let deadline = state.timers.next else { return [] }
            state.now = max(state.now, deadline)
            state.jobsAtThisTime = 0
            state.note(UInt64(bitPattern: state.now.nanoseconds))
            return state.timers.removeDue(at: state.now)
        }
        for wake in due {
            switch wake {
            case .sleeper(let continuation): continuation.resume()
            case .call(let action): action()
            }
        }
        return !due.isEmpty
    }

    /// - Throws: `CancellationError` when the task is cancelled before the time has come.
    func sleep(for duration: Duration) async throws {
        let id = state.withLock { $0.timers.makeID() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let sleeps = state.withLock { state in
                    guard !state.isBurying, !state.timers.wasCancelled(id) else { return false }
                    state.timers.add(at: state.now + duration, .sleeper(continuation), id: id)
                    return true
                }
                if !sleeps { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let wake = state.withLock { $0.timers.cancel(id) }
            if case .sleeper(let continuation) = wake { continuation.resume(throwing: CancellationError()) }
        }
    }
}

extension Simulation.Job {
    fileprivate func run() {
        if let serial {
            unsafe job.runSynchronously(on: serial.asUnownedSerialExecutor())
        } else {
            unsafe job.runSynchronously(on: process.asUnownedTaskExecutor())
        }
    }
}
