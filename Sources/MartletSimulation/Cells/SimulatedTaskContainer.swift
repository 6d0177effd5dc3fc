import MartletModels

/// The container of a task as the machine of a cell has it.
struct SimulatedTaskContainer: Hashable, Sendable {
    enum Phase: Hashable, Sendable {
        case reserved
        case creating
        /// In true time.
        case running(until: Timestamp)
        /// It has ended; the record has to follow.
        case completed(TaskEnding)
    }

    var work: CellTask
    /// Tells containers of one task from each other.
    var run: UInt64
    var phase: Phase
    /// What its process says when it has run to its end.
    var ending = TaskEnding(failed: false)
    /// When its process ended, in true time.
    var endedAt: Timestamp?
    /// The server does not want it any more.
    var isCancelled = false
    /// In true time.
    var reservedAt: Timestamp

    var guid: TaskGUID { work.guid }

    /// Whether a process runs, or is about to.
    var isActive: Bool {
        if case .completed = phase { return false }
        return true
    }

    var isRunning: Bool {
        if case .running = phase { return true }
        return false
    }
}

/// How a task has ended, as its cell tells it.
struct TaskEnding: Hashable, Sendable {
    var failed: Bool
    var reason = ""
    var result = ""
    /// Nothing of it ever ran, so another cell may try.
    var mayBeRetried = false
}
