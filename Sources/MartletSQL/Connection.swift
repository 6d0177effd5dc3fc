import CSQLite

/// One connection to one SQLite file. Not for use by two threads at once: an actor or a lock owns it.
@safe
public final class Connection {
    /// What a connection may do.
    public enum Mode: Sendable {
        /// Creates the file when it is missing. WAL, so that readers never wait for the writer.
        case readWrite
        /// Sees the last commit; the file must exist.
        case readOnly
    }

    private let database: OpaquePointer
    /// Statements that are not in use, by their text.
    private var idle: [String: Statement] = [:]
    private static let idleLimit = 256

    /// Opens with foreign keys on and, for a writer, `synchronous=FULL`: what has been committed survives a power cut.
    ///
    /// - Parameter path: a file, a `file:` URI of SQLite, or `:memory:` for a database that only this connection sees.
    public init(
        path: String,
        mode: Mode = .readWrite,
        busyTimeout: Duration = .seconds(5)
    ) throws(SQLError) {
        unsafe database = try Self.open(path, mode)
        unsafe sqlite3_extended_result_codes(database, 1)
        unsafe sqlite3_busy_timeout(database, Int32(clamping: busyTimeout.components.seconds * 1_000))
        try execute(Self.settings(mode))
    }

    deinit {
        idle.removeAll()
        unsafe sqlite3_close_v2(database)
    }

    private static func open(_ path: String, _ mode: Mode) throws(SQLError) -> OpaquePointer {
        var handle: OpaquePointer?
        let access = mode == .readWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
        let flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI
        let code = unsafe sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let opened = unsafe handle else {
            let message = unsafe handle.map { unsafe String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            unsafe sqlite3_close_v2(handle)
            throw SQLError(code: code, message: message, sql: "open \(path)")
        }
        return unsafe opened
    }

    /// `auto_vacuum` comes first, because it only counts before the first table is made.
    private static func settings(_ mode: Mode) -> String {
        let common = "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY;"
        guard mode == .readWrite else { return common + "PRAGMA query_only=ON;" }
        return """
            PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
            PRAGMA journal_size_limit=67108864; \(common)
            """
    }

    /// True while a transaction is open. SQLite ends one by itself after a full disk or a failed write.
    public var isInTransaction: Bool { unsafe sqlite3_get_autocommit(database) == 0 }

    /// Runs statements that take no values and give no rows.
    public func execute(_ script: String) throws(SQLError) {
        let code = unsafe sqlite3_exec(database, script, nil, nil, nil)
        guard code == SQLITE_OK else {
            throw unsafe SQLError(code: code, message: String(cString: sqlite3_errmsg(database)), sql: script)
        }
    }

    /// Runs one statement to its end.
    /// - Returns: how many rows it changed.
    @discardableResult
    public func run(_ sql: String, _ values: [SQLValue] = []) throws(SQLError) -> Int {
        try using(sql, values) { (statement) throws(SQLError) in while try statement.step() {} }
        return unsafe Int(sqlite3_changes64(database))
    }

    /// Every row, mapped, in the order of the query.
    @_semantics("optimize.sil.specialize.generic.never")  // The optimiser of Swift 6.3 aborts on it.
    public func rows<R>(
        _ sql: String,
        _ values: [SQLValue] = [],
        _ map: (borrowing Row) throws(SQLError) -> R
    ) throws(SQLError) -> [R] {
        try using(sql, values) { (statement) throws(SQLError) in
            var rows: [R] = []
            while try statement.step() { rows.append(try map(Row(statement: statement))) }
            return rows
        }
    }

    /// The first row, mapped; `nil` when there is none.
    @_semantics("optimize.sil.specialize.generic.never")  // The optimiser of Swift 6.3 aborts on it.
    public func first<R>(
        _ sql: String,
        _ values: [SQLValue] = [],
        _ map: (borrowing Row) throws(SQLError) -> R
    ) throws(SQLError) -> R? {
        try using(sql, values) { (statement) throws(SQLError) in
            try statement.step() ? try map(Row(statement: statement)) : nil
        }
    }

    /// The statements that wait for their next use, so that tests can ask how SQLite carries them out.
    var preparedSQL: [String] { Array(idle.keys) }

    /// A statement in use is out of the cache, so a query inside the closure of the same query gets its own.
    private func using<R>(
        _ sql: String,
        _ values: [SQLValue],
        _ body: (Statement) throws(SQLError) -> R
    ) throws(SQLError) -> R {
        let statement = try takeStatement(sql)
        defer {
            statement.reset()
            if idle.count < Self.idleLimit { idle[sql] = statement }
        }
        try statement.bind(values)
        return try body(statement)
    }

    private func takeStatement(_ sql: String) throws(SQLError) -> Statement {
        if let statement = idle.removeValue(forKey: sql) { return statement }
        return unsafe try Statement(sql, on: database)
    }
}
