public import MartletModels
import MartletSQL

/// A task and the cell that runs it, or did.
public struct TaskHolder: Hashable, Sendable {
    public var guid: TaskGUID
    public var cell: CellID

    public init(guid: TaskGUID, cell: CellID) { (self.guid, self.cell) = (guid, cell) }
}

/// What an event says of who runs a task.
public struct TaskHolderChange: Hashable, Sendable {
    public var number: Int64
    public var at: Timestamp
    public var guid: TaskGUID
    /// Whether `diego_docker` governs it.
    public var isDocker: Bool
    /// `nil` when no cell ran it.
    public var before: CellID?
    public var after: CellID?

    public init(number: Int64, at: Timestamp, guid: TaskGUID, isDocker: Bool, before: CellID?, after: CellID?) {
        (self.number, self.at, self.guid, self.isDocker) = (number, at, guid, isDocker)
        (self.before, self.after) = (before, after)
    }
}

/// Tasks that the flag `diego_docker` governs, each question from an index that holds only those.
extension StoreSnapshot {
    /// Those that a cell runs, by guid: the flag makes them fail.
    public func runningDockerTasks() throws(StoreError) -> [TaskHolder] {
        let sql = """
            SELECT guid, cell_id FROM tasks INDEXED BY tasks_running_docker WHERE state = 2 AND docker = 1 ORDER BY guid
            """
        return try rows(Query(sql)) { (row) throws(SQLError) in
            TaskHolder(guid: TaskGUID(try row.text(0)), cell: CellID(try row.text(1)))
        }
    }

    /// How many of them a cell runs.
    public func runningDockerTaskCount() throws(StoreError) -> Int {
        try count("SELECT count(*) FROM tasks INDEXED BY tasks_running_docker WHERE state = 2 AND docker = 1")
    }

    /// How many of them wait for a cell: the flag makes them wait on.
    public func waitingDockerTaskCount() throws(StoreError) -> Int {
        try count("SELECT count(*) FROM tasks INDEXED BY tasks_pending_docker WHERE state = 1 AND docker = 1")
    }

    /// What happened to tasks in events with numbers above `number`, in order; of at most `limit` events. Those that
    /// change nothing about who runs one are among them, so that the last number says where to go on.
    public func taskHolderChanges(
        after number: Int64,
        limit: Int = 1_000
    ) throws(StoreError) -> [TaskHolderChange] {
        let sql = """
            SELECT number, at_ns, before, after FROM events WHERE number > ? AND kind = 'task_changed'
            ORDER BY number LIMIT ?
            """
        let stored = try rows(Query(sql, .integer(number), .int(limit))) { (row) throws(SQLError) in
            (number: try row.int64(0), at: try row.int64(1), before: try row.blob(2), after: try row.blob(3))
        }
        var changes: [TaskHolderChange] = []
        changes.reserveCapacity(stored.count)
        for event in stored {
            let (before, after) = (try RecordCoding.task(event.before), try RecordCoding.task(event.after))
            changes.append(
                TaskHolderChange(
                    number: event.number,
                    at: Timestamp(nanoseconds: event.at),
                    guid: after.guid,
                    isDocker: after.definition.rootFS.isDocker,
                    before: before.state.name == .running ? before.cellID : nil,
                    after: after.state.name == .running ? after.cellID : nil
                )
            )
        }
        return changes
    }

    private func count(_ sql: String) throws(StoreError) -> Int {
        try first(Query(sql)) { (row) throws(SQLError) in try row.int(0) } ?? 0
    }
}
