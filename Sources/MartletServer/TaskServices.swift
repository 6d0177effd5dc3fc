public import MartletConvergence
public import MartletHTTP
public import MartletLog
import MartletModels
public import MartletStore

/// What works on tasks beside the store: who tells cells to drop them, who sends their outcomes, and who finds what is
/// due.
public struct TaskServices: Sendable {
    /// Tells cells to drop tasks.
    public let canceller: TaskCanceller
    /// Sends outcomes to whoever wants them.
    public let callbacks: TaskCallbacks
    /// Finds what is due.
    public let convergence: TaskConvergence

    /// - Parameter callbackTransport: where completion callbacks go out.
    public init(
        store: Store,
        cells: any CellClient,
        callbackTransport: any HTTPTransport,
        clock: LoopClock,
        log: Log,
        rules: TaskRules = TaskRules()
    ) {
        canceller = TaskCanceller(store: store, cells: cells, clock: clock, log: log)
        callbacks = TaskCallbacks(store: store, transport: callbackTransport, log: log)
        convergence = TaskConvergence(store: store, canceller: canceller, callbacks: callbacks, rules: rules)
    }

    /// Works off what is asked for, until cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await canceller.run() }
            group.addTask { await callbacks.run() }
        }
    }
}
