/// What a step does. Apps and cells are positions in the world's lists.
public enum Action: Hashable, Sendable {
    case desire(app: Int, instances: Int)
    case scale(app: Int, to: Int)
    case remove(app: Int)
    /// One of the running apps ends; `pick` says which of them, modulo their number.
    case crash(pick: Int)
    /// One instance ends, wherever it runs by then.
    case crashInstance(app: Int, index: Int)
    /// A cell turns out to run an instance that nobody placed there.
    case ghost(cell: Int, app: Int, index: Int)
    case setFlag(Bool)
    case setMessage(String?)
    case retire(app: Int, index: Int)
    case desireTask(SimulatedTask)
    /// By its number.
    case cancelTask(Int)
    /// A client takes the outcomes of all tasks without a callback, and may forget to delete the tasks.
    case takeOutcomes(forgets: Bool)
    /// A cell says that it has run a task that was not given to it.
    case ghostTask(cell: Int, Int)
    /// An operator lets go what the brake holds back.
    case releaseBrake
    /// The client of the tidal domain says that it is complete.
    case freshen(seconds: Int)
    /// Everything asked for before must be in place by now. Only where there are no faults.
    case expectSettled

    case loseCell(Int, keepsContainers: Bool)
    case returnCell(Int)
    case cutOff(cell: Int, Direction, seconds: Int)
    case disturb(MessageFaults, seconds: Int)
    case killServer(afterJobs: Int, downFor: Duration)
    /// Another server starts, while the one before does not notice that it should stop.
    case addServer(seconds: Int)
    case stepServerClock(seconds: Int)
    case stepCellClock(Int, seconds: Int)
    case fillDisk(seconds: Int)

    /// Which way nothing gets through.
    public enum Direction: String, Hashable, Sendable, CaseIterable {
        case toCell = "to it"
        case fromCell = "from it"
        case both = "both ways"
    }
}

/// How often messages come to grief, in thousandths.
public struct MessageFaults: Hashable, Sendable, CustomStringConvertible {
    public var requestsLost = 0
    /// The callee has done it, and the caller does not know.
    public var answersLost = 0
    public var duplicated = 0
    /// Takes up to four seconds.
    public var slow = 0

    public init(requestsLost: Int = 0, answersLost: Int = 0, duplicated: Int = 0, slow: Int = 0) {
        self.requestsLost = requestsLost
        self.answersLost = answersLost
        self.duplicated = duplicated
        self.slow = slow
    }

    public var description: String {
        "of 1000 messages, \(requestsLost) requests lost, \(answersLost) answers lost, \(duplicated) twice, \(slow) slow"
    }
}

extension Action: CustomStringConvertible {
    public var description: String {
        switch self {
        case .desire(let app, let instances): "desire \(SimulatedApp.all[app]) with \(instances)"
        case .scale(let app, let instances): "scale \(SimulatedApp.all[app]) to \(instances)"
        case .remove(let app): "remove \(SimulatedApp.all[app])"
        case .crash(let pick): "crash one of the running (\(pick))"
        case .crashInstance(let app, let index): "crash \(SimulatedApp.all[app])/\(index)"
        case .ghost(let cell, let app, let index): "ghost of \(SimulatedApp.all[app])/\(index) on cell-\(cell)"
        case .setFlag(let isOn): "diego_docker \(isOn ? "on" : "off")"
        case .setMessage(let text): "message of diego_docker: \(text ?? "none")"
        case .retire(let app, let index): "retire \(SimulatedApp.all[app])/\(index)"
        case .desireTask(let task): "desire \(task)"
        case .cancelTask(let number): "cancel task-\(number)"
        case .takeOutcomes(let forgets): "take the outcomes of tasks\(forgets ? ", and forget them" : "")"
        case .ghostTask(let cell, let number): "ghost of task-\(number) on cell-\(cell)"
        case .releaseBrake: "release the brake"
        case .freshen(let seconds): "tidal domain fresh for \(seconds == 0 ? "ever" : "\(seconds) s")"
        case .expectSettled: "all that was asked for is in place"
        case .loseCell(let cell, let keeps): "lose cell-\(cell) \(keeps ? "and keep" : "with") its containers"
        case .returnCell(let cell): "cell-\(cell) is back"
        case .cutOff(let cell, let direction, let seconds):
            "cut off cell-\(cell) \(direction.rawValue) for \(seconds) s"
        case .disturb(let faults, let seconds): "for \(seconds) s, \(faults)"
        case .killServer(let jobs, let time): "kill the server after \(jobs) jobs, for \(time.inSeconds)"
        case .addServer(let seconds): "a second server for \(seconds) s"
        case .stepServerClock(let seconds): "step the server's clock by \(seconds) s"
        case .stepCellClock(let cell, let seconds): "step the clock of cell-\(cell) by \(seconds) s"
        case .fillDisk(let seconds): "disk full for \(seconds) s"
        }
    }
}
