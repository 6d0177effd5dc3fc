import MartletModels

/// What the judge has to remember of tasks. What somebody wanted holds for another task of that guid, too: a message
/// that is doubled may come after the task was deleted.
struct TaskMemory: Sendable {
    /// What cells said of the end of a task, whether or not they were heard.
    private var endings: [TaskGUID: [CellID: Set<TaskEnding>]] = [:]
    /// The cell on which its process ran.
    private(set) var runs: [TaskGUID: CellID] = [:]
    /// Some cell wanted to give it back.
    private(set) var givenBack: Set<TaskGUID> = []
    /// Some client wanted it cancelled.
    var cancelled: Set<TaskGUID> = []
    /// Some client wanted it deleted.
    var deleted: Set<TaskGUID> = []
    /// How it ended; kept when it is gone.
    private(set) var completions: [TaskGUID: TaskCompletion] = [:]
    /// Its outcome was sent, and taken.
    private(set) var delivered: Set<TaskGUID> = []
    /// When a cell that was away came back.
    private var cellBack: [CellID: Timestamp] = [:]
    /// When the flag was last set again.
    private(set) var flagBack: Timestamp?

    mutating func noteEnding(_ guid: TaskGUID, on cell: CellID, _ ending: TaskEnding) {
        endings[guid, default: [:]][cell, default: []].insert(ending)
    }

    mutating func noteGivenBack(_ guid: TaskGUID) { givenBack.insert(guid) }
    mutating func noteDelivery(_ guid: TaskGUID) { delivered.insert(guid) }

    /// - Returns: where it ran before.
    mutating func noteRun(_ guid: TaskGUID, on cell: CellID) -> CellID? {
        runs.updateValue(cell, forKey: guid)
    }

    mutating func see(_ event: StoreEvent, at now: Timestamp) {
        switch event {
        case .cellAppeared(let cell): cellBack[cell.cellID] = now
        case .featureFlagChanged(_, let flag, _): if flag.name == .diegoDocker, flag.enabled { flagBack = now }
        case .task(.taskCreated(let task)): forget(task.guid)
        case .task(.taskChanged(_, let task)):
            if let completion = task.completion { completions[task.guid] = completion }
        default: break
        }
    }

    private mutating func forget(_ guid: TaskGUID) {
        (runs[guid], completions[guid]) = (nil, nil)
        delivered.remove(guid)
    }

    /// Whether that cell has said so.
    func wasTold(_ guid: TaskGUID, by cell: CellID, _ ending: TaskEnding) -> Bool {
        endings[guid]?[cell]?.contains(ending) ?? false
    }

    /// What was decided while a cell was away, or the flag off, may be done a little later.
    func wasAway(_ cell: CellID, at now: Timestamp) -> Bool { cellBack[cell].map { now - $0 <= Self.delay } ?? true }
    func wasFlagOff(at now: Timestamp) -> Bool { flagBack.map { now - $0 <= Self.delay } ?? true }

    private static let delay = Duration.seconds(3)
}
