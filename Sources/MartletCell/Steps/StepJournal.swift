import MartletModels

/// Remembers how far the steps of a tree have come, so that a later life of the agent does not repeat them.
protocol StepJournal: Sendable {
    /// The entry of a step, made now when there is none.
    func begin(_ step: ProcessID) async throws(ExecutorError) -> StepEntry
    /// The step's process exists.
    func started(_ step: ProcessID) async throws(ExecutorError)
    /// The step's process has ended.
    func ended(_ step: ProcessID, _ exit: ProcessExit) async throws(ExecutorError)
}

/// What is known of a step that has begun.
struct StepEntry: Hashable, Sendable {
    var begunAt: Timestamp
    /// False when an earlier life of the agent made the entry.
    var isNew: Bool
    var started: Bool
    var exit: ProcessExit?
}

/// The journal of steps that are not worth remembering: checks, which are made again and again.
struct ForgetfulJournal: StepJournal {
    let clock: CellClock

    func begin(_ step: ProcessID) async throws(ExecutorError) -> StepEntry {
        StepEntry(begunAt: clock.now, isNew: true, started: false)
    }

    func started(_ step: ProcessID) async throws(ExecutorError) {}
    func ended(_ step: ProcessID, _ exit: ProcessExit) async throws(ExecutorError) {}
}
