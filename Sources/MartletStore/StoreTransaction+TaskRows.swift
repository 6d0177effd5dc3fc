import MartletConvergence
import MartletModels
import MartletSQL

/// Single rows of tasks; the verbs are made of these.
extension StoreTransaction {
    /// Makes the row what it is after the change, and tells of it. A change that changes nothing writes nothing.
    @discardableResult
    mutating func write(_ change: Change<MartletTask>) throws(StoreError) -> Change<MartletTask> {
        guard let event = change.event else { return change }
        if let after = change.after {
            try save(after)
        } else if let before = change.before {
            try run("DELETE FROM tasks WHERE guid = ?", .text(before.guid.rawValue))
        }
        try record(.task(event))
        return change
    }

    private func save(_ task: MartletTask) throws(StoreError) {
        let summary = TaskSummary(task)
        try run(
            """
            INSERT INTO tasks (guid, domain, state, cell_id, docker, callback, refusal, rejection_count, created_at_ns,
                updated_at_ns, completed_at_ns, message)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (guid) DO UPDATE SET state = excluded.state, cell_id = excluded.cell_id,
                refusal = excluded.refusal, rejection_count = excluded.rejection_count,
                updated_at_ns = excluded.updated_at_ns, completed_at_ns = excluded.completed_at_ns,
                message = excluded.message
            """,
            .text(task.guid.rawValue),
            .text(task.domain.rawValue),
            .int(summary.state.rawValue),
            .optional(summary.cellID?.rawValue),
            .bool(summary.isDocker),
            .bool(summary.hasCallback),
            .text(summary.refusal),
            .int(summary.rejectionCount),
            .integer(summary.createdAt.nanoseconds),
            .integer(summary.updatedAt.nanoseconds),
            .optional(summary.completedAt?.nanoseconds),
            .blob(RecordCoding.bytes(task))
        )
    }
}
