extension Connection {
    /// When a transaction takes its lock.
    public enum Lock: String, Sendable {
        /// At the first read: one snapshot for all reads.
        case deferred = "DEFERRED"
        /// At once, so that it cannot fail half-way because of another writer.
        case immediate = "IMMEDIATE"
    }

    /// All of `body`, or none of it. `body` cannot suspend, so nothing of the same actor runs in between.
    /// - Parameter convert: makes the caller's error of SQLite's.
    public func transaction<R, E: Error>(
        _ lock: Lock = .immediate,
        _ convert: (SQLError) -> E,
        _ body: () throws(E) -> R
    ) throws(E) -> R {
        try bracket("BEGIN \(lock.rawValue)", "COMMIT", "ROLLBACK", convert, body)
    }

    /// All of `body`, or none of it.
    public func transaction<R>(
        _ lock: Lock = .immediate,
        _ body: () throws(SQLError) -> R
    ) throws(SQLError) -> R {
        try transaction(lock, { $0 }, body)
    }

    /// Like a transaction, inside one: what `body` has done is undone when it throws, what came before stays.
    public func savepoint<R, E: Error>(
        _ convert: (SQLError) -> E,
        _ body: () throws(E) -> R
    ) throws(E) -> R {
        try bracket("SAVEPOINT verb", "RELEASE verb", "ROLLBACK TO verb; RELEASE verb", convert, body)
    }

    private func bracket<R, E: Error>(
        _ begin: String,
        _ commit: String,
        _ rollback: String,
        _ convert: (SQLError) -> E,
        _ body: () throws(E) -> R
    ) throws(E) -> R {
        do throws(SQLError) { try run(begin) } catch { throw convert(error) }
        do throws(E) {
            let result = try body()
            do throws(SQLError) { try run(commit) } catch { throw convert(error) }
            return result
        } catch {
            // After a full disk SQLite has rolled back already, and this is refused.
            try? execute(rollback)
            throw error
        }
    }
}
