import Testing

@testable import MartletSQL

@Suite("Transactions")
struct ConnectionTransactionsTests {
    private struct Refused: Error {}

    private func count(_ connection: Connection) throws -> Int? {
        try connection.first("SELECT count(*) FROM t") { (row) throws(SQLError) in try row.int(0) }
    }

    @Test("a refused savepoint undoes itself and nothing of its neighbours")
    func savepoints() throws {
        let connection = try Connection(path: ":memory:")
        try connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT")
        try connection.transaction { () throws(SQLError) in
            for id in 1...4 {
                try? connection.savepoint({ _ in Refused() }) { () throws(Refused) in
                    do throws(SQLError) { try connection.run("INSERT INTO t VALUES (?)", [.int(id)]) } catch {
                        throw Refused()
                    }
                    if id == 2 { throw Refused() }
                }
            }
        }
        let ids = try connection.rows("SELECT id FROM t") { (row) throws(SQLError) in try row.int(0) }
        #expect(ids == [1, 3, 4])
        #expect(!connection.isInTransaction)
    }

    @Test("a transaction that throws leaves nothing behind, not even itself")
    func rollback() throws {
        let connection = try Connection(path: ":memory:")
        try connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT")
        #expect(throws: SQLError.self) {
            try connection.transaction { () throws(SQLError) in
                try connection.run("INSERT INTO t VALUES (1)")
                try connection.run("INSERT INTO t VALUES (1)")
            }
        }
        #expect(try count(connection) == 0)
        #expect(!connection.isInTransaction)
    }
}
