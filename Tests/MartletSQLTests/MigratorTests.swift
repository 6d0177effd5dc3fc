import Testing

@testable import MartletSQL

@Suite("Migrator")
struct MigratorTests {
    private let steps: [Migrator.Step] = [
        (1, "first", "CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT; INSERT INTO a VALUES (7);"),
        (2, "second", "CREATE TABLE b (id INTEGER PRIMARY KEY) STRICT; INSERT INTO b SELECT id FROM a;"),
    ]

    private func ids(_ connection: Connection, _ table: String) throws -> [Int] {
        try connection.rows("SELECT id FROM \(table)") { (row) throws(SQLError) in try row.int(0) }
    }

    @Test("an empty file gets every step, and a second run none")
    func fromEmpty() throws {
        let connection = try Connection(path: ":memory:")
        let migrator = Migrator(applicationID: 42, steps: steps)
        try migrator.migrate(connection)
        try migrator.migrate(connection)
        #expect(try ids(connection, "b") == [7])
    }

    @Test("a file of an older version gets only what is missing, with its data kept")
    func fromOlder() throws {
        let connection = try Connection(path: ":memory:")
        try Migrator(applicationID: 42, steps: Array(steps.prefix(1))).migrate(connection)
        try connection.run("INSERT INTO a VALUES (8)")
        try Migrator(applicationID: 42, steps: steps).migrate(connection)
        #expect(try ids(connection, "b") == [7, 8])
    }

    @Test("a file of a newer version is refused untouched")
    func newer() throws {
        let connection = try Connection(path: ":memory:")
        try Migrator(applicationID: 42, steps: steps).migrate(connection)
        #expect(throws: MigrationError.newerSchema(found: 2, known: 1)) {
            try Migrator(applicationID: 42, steps: Array(steps.prefix(1))).migrate(connection)
        }
    }

    @Test("a file of somebody else is refused")
    func foreign() throws {
        let connection = try Connection(path: ":memory:")
        try connection.execute("PRAGMA application_id=99")
        #expect(throws: MigrationError.foreign(applicationID: 99)) {
            try Migrator(applicationID: 42, steps: steps).migrate(connection)
        }
    }

    @Test("a step that fails leaves the version before it")
    func failing() throws {
        let connection = try Connection(path: ":memory:")
        let broken: [Migrator.Step] = [steps[0], (2, "broken", "CREATE TABLE c (id INTEGER) STRICT; nonsense;")]
        #expect(throws: MigrationError.self) { try Migrator(applicationID: 42, steps: broken).migrate(connection) }
        try Migrator(applicationID: 42, steps: steps).migrate(connection)
        #expect(try ids(connection, "b") == [7])
    }
}
