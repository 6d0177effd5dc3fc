import MartletMigrations
import MartletModels
import MartletSQL

extension Store {
    /// `MRTB`.
    private static let applicationID: Int32 = 0x4D52_5442

    /// Opens the file, creating it when missing, and brings its schema up to date.
    ///
    /// - Parameter path: a file, or `:memory:`.
    /// - Throws: `.broken` when the file is of a newer version, of another program, or cannot be opened.
    public static func open(path: String, _ configuration: Configuration) throws(StoreError) -> Store {
        let writer = try connection(path, .readWrite)
        try migrate(writer)
        // Keys are random, so writes go everywhere: what is not in the cache is read again, and a page that is written
        // often is copied from the log to the file the less often the longer the log may become (32 MiB).
        try storing { () throws(SQLError) in
            try writer.execute("PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=8000")
        }
        if let bytes = configuration.maximumBytes { try limitSize(of: writer, bytes: bytes) }
        try markUnmarked(writer, configuration)
        var readers: [StoreReader] = []
        for _ in 0..<(path == ":memory:" ? 0 : configuration.readerCount) {
            readers.append(
                StoreReader(connection: try connection(path, .readOnly), executor: configuration.makeExecutor())
            )
        }
        let snapshot = StoreSnapshot(connection: writer, now: .epoch)
        let last = try snapshot.lastEventNumber()
        let oldest = try snapshot.oldestEventNumber() ?? last + 1
        return Store(
            connection: writer,
            readers: readers,
            configuration: configuration,
            lastEventNumber: last,
            oldestEventNumber: oldest
        )
    }

    private static func connection(
        _ path: String,
        _ mode: Connection.Mode
    ) throws(StoreError) -> sending Connection {
        do throws(SQLError) { return try Connection(path: path, mode: mode) } catch { throw StoreError(error) }
    }

    private static func limitSize(of connection: Connection, bytes: Int64) throws(StoreError) {
        try storing { () throws(SQLError) in
            let size = try connection.first("PRAGMA page_size") { (row) throws(SQLError) in try row.int64(0) }
            try connection.execute("PRAGMA max_page_count=\(max(1, bytes / (size ?? 4_096)))")
        }
    }

    /// Marks the rows that a migration has left unmarked; usually there are none.
    private static func markUnmarked(
        _ connection: Connection,
        _ configuration: Configuration
    ) throws(StoreError) {
        let last = try StoreSnapshot(connection: connection, now: .epoch).lastEventNumber()
        let transaction = StoreTransaction(
            connection: connection,
            now: configuration.now(),
            makeUUID: configuration.makeUUID,
            rules: configuration.rules,
            lastEventNumber: last
        )
        var processes: [ProcessGUID] = []
        repeat {
            processes = try connection.transaction(.immediate, StoreError.init) { () throws(StoreError) in
                try transaction.markUnmarkedProcesses(limit: 100)
            }
        } while !processes.isEmpty
    }

    private static func migrate(_ connection: Connection) throws(StoreError) {
        let steps = Migration.bbs.map { Migrator.Step(version: $0.version, name: $0.name, sql: $0.sql) }
        do throws(MigrationError) {
            try Migrator(applicationID: applicationID, steps: steps).migrate(connection)
        } catch { throw .broken(error.description) }
    }
}
