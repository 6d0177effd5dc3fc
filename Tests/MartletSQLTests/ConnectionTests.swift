import Testing

@testable import MartletSQL

@Suite("Connection")
struct ConnectionTests {
    private func memory() throws -> Connection {
        let connection = try Connection(path: ":memory:")
        try connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, data BLOB, n INTEGER) STRICT")
        return connection
    }

    @Test("every kind of value comes back as it went in")
    func roundTrip() throws {
        let connection = try memory()
        let rows: [[SQLValue]] = [
            [1, "", .blob([]), .integer(.min)], [2, "ä\u{0}b", .blob([0, 255]), .integer(.max)], [3, nil, nil, nil],
        ]
        for row in rows { #expect(try connection.run("INSERT INTO t VALUES (?, ?, ?, ?)", row) == 1) }
        let read = try connection.rows("SELECT id, name, data, n FROM t ORDER BY id") { (row) throws(SQLError) in
            [
                .integer(try row.int64(0)), .optional(try row.optionalText(1)), .optional(try row.optionalBlob(2)),
                .optional(try row.optionalInt64(3)),
            ] as [SQLValue]
        }
        #expect(read == rows)
    }

    @Test("a column of another type is an error and not a zero")
    func mismatch() throws {
        let connection = try memory()
        #expect(throws: SQLError.self) {
            try connection.first("SELECT 'text'") { (row) throws(SQLError) in try row.int64(0) }
        }
    }

    @Test("a refused statement keeps its extended code and its text")
    func constraint() throws {
        let connection = try memory()
        try connection.run("INSERT INTO t VALUES (1, 'a', NULL, NULL)")
        let error = try #require(throws: SQLError.self) {
            try connection.run("INSERT INTO t VALUES (1, 'b', NULL, NULL)")
        }
        #expect(error.code == 1_555)  // SQLITE_CONSTRAINT_PRIMARYKEY
        #expect(error.isConstraint && !error.isStorage)
        #expect(error.sql.hasPrefix("INSERT INTO t") && error.message.contains("UNIQUE"))
    }

    @Test("the same query inside its own rows does not disturb them")
    func nested() throws {
        let connection = try memory()
        for id in 1...3 { try connection.run("INSERT INTO t (id) VALUES (?)", [.int(id)]) }
        let sql = "SELECT id FROM t ORDER BY id"
        let pairs = try connection.rows(sql) { (row) throws(SQLError) in
            let inner = try connection.rows(sql) { (row) throws(SQLError) in try row.int(0) }
            return "\(try row.int(0)):\(inner)"
        }
        #expect(pairs == ["1:[1, 2, 3]", "2:[1, 2, 3]", "3:[1, 2, 3]"])
    }

    @Test("a file is opened for power cuts: WAL, synchronous FULL, foreign keys")
    func settings() throws {
        let file = TemporaryFile()
        let connection = try Connection(path: file.path)
        let mode = try connection.first("PRAGMA journal_mode") { (row) throws(SQLError) in try row.text(0) }
        let synchronous = try connection.first("PRAGMA synchronous") { (row) throws(SQLError) in try row.int(0) }
        let foreignKeys = try connection.first("PRAGMA foreign_keys") { (row) throws(SQLError) in try row.int(0) }
        #expect(mode == "wal" && synchronous == 2 && foreignKeys == 1)
    }

    @Test("a reader sees what is committed, and cannot write")
    func reader() throws {
        let file = TemporaryFile()
        let writer = try Connection(path: file.path)
        try writer.execute("CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT")
        let reader = try Connection(path: file.path, mode: .readOnly)
        let count = { try reader.first("SELECT count(*) FROM t") { (row) throws(SQLError) in try row.int(0) } }
        try writer.execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)")
        #expect(try count() == 0)
        try writer.execute("COMMIT")
        #expect(try count() == 1)
        #expect(throws: SQLError.self) { try reader.run("DELETE FROM t") }
    }
}
