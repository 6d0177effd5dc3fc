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

    private static func migrate(_ connection: Connection) throws(StoreError) {
        let steps = Migration.bbs.map { Migrator.Step(version: $0.version, name: $0.name, sql: $0.sql) }
        do throws(MigrationError) {
            try Migrator(applicationID: applicationID, steps: steps).migrate(connection)
        } catch { throw .broken(error.description) }
    }
}
