public import MartletConvergence
public import MartletModels
import MartletSQL

extension StoreSnapshot {
    /// The tasks that convergence may have to do something about, and of each kind the one that becomes due next.
    ///
    /// Each question is answered from an index that holds only what it is about, so asking costs next to nothing while
    /// nothing is due. A plan made of these is the plan made of all tasks.
    /// - Parameters:
    ///   - refusal: what a waiting Docker task has to carry while it is not admitted; `nil` while it is admitted.
    ///   - waitingSince: tasks that began to wait before this may be tried again, whatever the rules say.
    /// - Returns: ordered by guid, each once.
    public func taskCandidates(
        _ rules: TaskRules,
        refusal: String?,
        waitingSince: Timestamp?
    ) throws(StoreError) -> [TaskSummary] {
        var found: [TaskGUID: TaskSummary] = [:]
        for query in taskCandidateQueries(rules, refusal: refusal, waitingSince: waitingSince) {
            for task in try rows(query, Self.summary) { found[task.guid] = task }
        }
        return found.values.sorted { $0.guid < $1.guid }
    }

    /// The questions that `taskCandidates` asks.
    func taskCandidateQueries(_ rules: TaskRules, refusal: String?, waitingSince: Timestamp?) -> [Query] {
        let kicked = now.advanced(by: .zero - rules.kickAfter)
        let due = Kind.allCases.flatMap { kind in
            switch kind {
            case .expiring: kind.queries(now.advanced(by: .zero - rules.expirePendingAfter))
            case .waiting:
                // What is not admitted waits for something else; it is found by the policy's queries.
                kind.queries(max(kicked, waitingSince ?? kicked), and: refusal == nil ? "" : " AND docker = 0")
            case .resolving, .undelivered: kind.queries(kicked)
            case .completed: kind.queries(now.advanced(by: .zero - rules.expireCompletedAfter))
            }
        }
        return due + Self.policyQueries(refusal: refusal) + [onLostCells]
    }

    /// What becomes due by itself, each with its index.
    private enum Kind: CaseIterable {
        case expiring, waiting, resolving, completed, undelivered

        private var condition: (rows: String, time: String) {
            switch self {
            case .expiring: ("state = 1", "created_at_ns")
            case .waiting: ("state = 1 AND refusal = ''", "updated_at_ns")
            case .resolving: ("state = 4", "updated_at_ns")
            case .completed: ("state = 3", "completed_at_ns")
            case .undelivered: ("state = 3 AND callback = 1", "updated_at_ns")
            }
        }

        /// What is due at `bound`, and the next one after it.
        func queries(_ bound: Timestamp, and restriction: String = "") -> [Query] {
            let (rows, time) = condition
            let select = "\(StoreSnapshot.columns) WHERE \(rows)\(restriction) AND \(time)"
            return [
                Query("\(select) <= ?", .integer(bound.nanoseconds)),
                Query("\(select) > ? ORDER BY \(time) LIMIT 1", .integer(bound.nanoseconds)),
            ]
        }
    }

    /// Docker tasks that wait without the refusal that they should carry, and those that run; or, while they are
    /// admitted, those that still carry one.
    private static func policyQueries(refusal: String?) -> [Query] {
        let waiting = "\(columns) WHERE state = 1 AND docker = 1 AND refusal"
        guard let refusal else { return [Query("\(waiting) > ''")] }
        return [
            Query("\(waiting) < ?", .text(refusal)), Query("\(waiting) > ?", .text(refusal)),
            Query("\(columns) WHERE state = 2 AND docker = 1"),
        ]
    }

    /// What runs on cells whose presence has run out: one look for each cell that has tasks, not for each task.
    private var onLostCells: Query {
        Query(
            """
            WITH RECURSIVE holders (id) AS (
                SELECT min(cell_id) FROM tasks WHERE state = 2
                UNION ALL
                SELECT (SELECT min(cell_id) FROM tasks WHERE state = 2 AND cell_id > holders.id) FROM holders
                WHERE holders.id IS NOT NULL
            )
            \(Self.columns) JOIN holders ON tasks.cell_id = holders.id AND tasks.state = 2
            WHERE NOT EXISTS (SELECT 1 FROM cells WHERE cells.cell_id = holders.id AND cells.expires_at_ns > ?)
            """,
            .integer(now.nanoseconds)
        )
    }

    private static let columns =
        """
        SELECT guid, state, tasks.cell_id, docker, callback, refusal, rejection_count, created_at_ns, updated_at_ns,
            completed_at_ns FROM tasks
        """

    private static func summary(_ row: borrowing Row) throws(SQLError) -> TaskSummary {
        let state = MartletTask.StateName(rawValue: Int32(clamping: try row.int64(1)))
        return TaskSummary(
            guid: TaskGUID(try row.text(0)),
            // The table's own check allows no other number.
            state: state ?? .pending,
            cellID: try row.optionalText(2).map { CellID($0) },
            isDocker: try row.bool(3),
            hasCallback: try row.bool(4),
            refusal: try row.text(5),
            rejectionCount: try row.int(6),
            createdAt: Timestamp(nanoseconds: try row.int64(7)),
            updatedAt: Timestamp(nanoseconds: try row.int64(8)),
            completedAt: try row.optionalInt64(9).map { Timestamp(nanoseconds: $0) }
        )
    }
}
