public import MartletModels
import MartletSQL

/// The record of what convergence has done.
extension StoreTransaction {
    /// How many cycles are kept.
    static let cycleLimit: Int64 = 10_000

    /// Keeps the record of a cycle; the oldest go when there are too many.
    ///
    /// - Parameter number: larger than that of every cycle before it.
    public mutating func keepCycle(
        number: Int64,
        startedAt: Timestamp,
        record: [UInt8]
    ) throws(StoreError) {
        try run(
            "INSERT OR REPLACE INTO convergence_cycles (number, started_at_ns, record) VALUES (?, ?, ?)",
            .integer(number),
            .integer(startedAt.nanoseconds),
            .blob(record)
        )
        try run("DELETE FROM convergence_cycles WHERE number <= ?", .integer(number - Self.cycleLimit))
    }
}

extension StoreSnapshot {
    /// Cycles with numbers above `number`, oldest first.
    public func cycles(
        after number: Int64,
        limit: Int
    ) throws(StoreError) -> [(number: Int64, record: [UInt8])] {
        try cycles(
            Query(
                "SELECT number, record FROM convergence_cycles WHERE number > ? ORDER BY number LIMIT ?",
                .integer(number),
                .int(limit)
            )
        )
    }

    /// The newest cycles, newest first.
    public func cycles(newest limit: Int) throws(StoreError) -> [(number: Int64, record: [UInt8])] {
        try cycles(
            Query(
                "SELECT number, record FROM convergence_cycles WHERE number > 0 ORDER BY number DESC LIMIT ?",
                .int(limit)
            )
        )
    }

    /// 0 before the first cycle.
    public func lastCycleNumber() throws(StoreError) -> Int64 {
        try first(Query("SELECT max(number) FROM convergence_cycles")) { (row) throws(SQLError) in
            try row.optionalInt64(0) ?? 0
        } ?? 0
    }

    private func cycles(_ query: Query) throws(StoreError) -> [(number: Int64, record: [UInt8])] {
        try rows(query) { (row) throws(SQLError) in (try row.int64(0), try row.blob(1)) }
    }
}

extension Store {
    public nonisolated func keepCycle(
        number: Int64,
        startedAt: Timestamp,
        record: [UInt8]
    ) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.keepCycle(number: number, startedAt: startedAt, record: record)
        }
    }

    @discardableResult
    public nonisolated func releaseBrake(by operator: String) async throws(StoreError) -> Int {
        try await write { (transaction) throws(StoreError) in try transaction.releaseBrake(by: `operator`) }
    }
}
