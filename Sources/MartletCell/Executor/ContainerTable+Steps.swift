import MartletModels
import MartletSQL

extension ContainerTable {
    func beginStep(
        _ step: ProcessID,
        of container: InstanceGUID,
        at now: Timestamp
    ) throws(ExecutorError) -> StepEntry {
        try writing { () throws(SQLError) in
            let found = try connection.first(
                "SELECT begun_at_ns, started, exit_status, out_of_memory FROM steps WHERE container = ? AND step = ?",
                [.text(container.rawValue), .text(step.rawValue)]
            ) { (row) throws(SQLError) in try Self.entry(row) }
            if let found { return found }
            try connection.run(
                "INSERT INTO steps (container, step, begun_at_ns) VALUES (?, ?, ?)",
                [.text(container.rawValue), .text(step.rawValue), .integer(now.nanoseconds)]
            )
            return StepEntry(begunAt: now, isNew: true, started: false)
        }
    }

    func startedStep(_ step: ProcessID, of container: InstanceGUID) throws(ExecutorError) {
        try writing { () throws(SQLError) in
            _ = try connection.run(
                "UPDATE steps SET started = 1 WHERE container = ? AND step = ?",
                [.text(container.rawValue), .text(step.rawValue)]
            )
        }
    }

    func endedStep(_ step: ProcessID, of container: InstanceGUID, _ exit: ProcessExit) throws(ExecutorError) {
        try writing { () throws(SQLError) in
            _ = try connection.run(
                "UPDATE steps SET exit_status = ?, out_of_memory = ? WHERE container = ? AND step = ?",
                [
                    .int(exit.status), .bool(exit.outOfMemory), .text(container.rawValue), .text(step.rawValue),
                ]
            )
        }
    }

    private static func entry(_ row: borrowing Row) throws(SQLError) -> StepEntry {
        var exit: ProcessExit?
        if let status = try row.optionalInt64(2) {
            exit = ProcessExit(status: Int(status), outOfMemory: try row.bool(3))
        }
        return StepEntry(
            begunAt: Timestamp(nanoseconds: try row.int64(0)),
            isNew: false,
            started: try row.bool(1),
            exit: exit
        )
    }
}

/// The journal of one container's tree, in the cell's file.
struct TableJournal: StepJournal {
    let table: ContainerTable
    let container: InstanceGUID
    let clock: CellClock

    func begin(_ step: ProcessID) async throws(ExecutorError) -> StepEntry {
        try await table.beginStep(step, of: container, at: clock.now)
    }

    func started(_ step: ProcessID) async throws(ExecutorError) {
        try await table.startedStep(step, of: container)
    }

    func ended(_ step: ProcessID, _ exit: ProcessExit) async throws(ExecutorError) {
        try await table.endedStep(step, of: container, exit)
    }
}
