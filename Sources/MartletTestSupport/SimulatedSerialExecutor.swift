/// An actor's own executor inside a simulated process.
public final class SimulatedSerialExecutor: SerialExecutor {
    private let process: SimulatedProcess

    init(of process: SimulatedProcess) { self.process = process }

    public func enqueue(_ job: consuming ExecutorJob) {
        process.simulation.enqueue(Simulation.Job(job: UnownedJob(job), process: process, serial: self))
    }
}
