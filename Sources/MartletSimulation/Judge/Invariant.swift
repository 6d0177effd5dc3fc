/// What must hold, always or once the faults have stopped.
public enum Invariant: String, Hashable, Sendable, CaseIterable {
    /// At most one RUNNING record exists for a key.
    case oneRunning = "one-running"
    /// Event numbers have no gaps, and each event's record before is the one that the events before have made.
    case eventsChain = "events-chain"
    /// The table is what its events say.
    case replay = "replay"
    /// No Docker record becomes CLAIMED or RUNNING while the flag is off.
    case flagKept = "flag-kept"
    /// Nothing that is desired, admitted and held is asked to stop.
    case noWrongStop = "no-wrong-stop"
    /// What nobody has decided to stop goes on in a domain that is not fresh.
    case orphansLeftAlone = "orphans-left-alone"
    /// An instance whose key was given to another one never holds it again.
    case fencing = "fencing"
    /// A crashed instance waits as long as its policy says.
    case backOff = "back-off"
    /// No cell is given more than it has room for.
    case capacity = "capacity"
    /// What was answered with success has happened.
    case acknowledged = "acknowledged"
    /// A lost cell is noticed, and holds no ordinary record any more, within a second of the end of its presence.
    case lossNoticed = "loss-noticed"
    /// A suspect instance keeps its record until its replacement runs.
    case suspectKept = "suspect-kept"
    /// A crash is counted once, and a restart does not start the count anew.
    case crashCount = "crash-count"
    /// A task goes from state to state as it may, and is given back by its cell only.
    case taskStates = "task-states"
    /// The process of a task runs once.
    case taskOnce = "task-once"
    /// A task ends as its cell says, or for a reason that exists, and its outcome stays as it is.
    case taskResult = "task-result"
    /// An outcome is told as it is, and no task is deleted before.
    case taskTold = "task-told"
    /// Of many instances that nobody decided to stop, none is stopped, and that is on record.
    case brakeHeld = "brake-held"
    /// Without faults: no key is on two cells at once.
    case placedOnce = "placed-once"
    /// Without faults: what is asked for is in place within seconds.
    case prompt = "prompt"
    /// Without faults: the pass of the interval finds nothing to do.
    case quietInterval = "quiet-interval"
    /// Once faults have stopped, exactly what is desired and admitted runs.
    case liveness = "liveness"
    /// The pass never ends.
    case livelock = "livelock"
    /// A plan never contradicts itself.
    case soundPlan = "sound-plan"
}

/// One invariant that did not hold.
public struct Violation: Hashable, Sendable, CustomStringConvertible {
    public var invariant: Invariant
    /// From the start of the world, in true time.
    public var at: Duration
    public var text: String

    public var description: String { "\(invariant.rawValue) at \(at.inSeconds): \(text)" }
}
