import CSQLite

/// A refused SQLite call: its extended result code, SQLite's text and the statement.
///
/// Bound values are never part of it, because they may be secrets.
public struct SQLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// https://www.sqlite.org/rescode.html, extended.
    public let code: Int32
    public let message: String
    /// The statement, or what was being done.
    public let sql: String

    public init(code: Int32, message: String, sql: String) {
        self.code = code
        self.message = message
        self.sql = sql
    }

    /// The low byte of the code, which all extended codes of a kind share.
    public var primaryCode: Int32 { code & 0xFF }

    public var description: String { "\(message) (\(code)): \(sql)" }

    /// A UNIQUE, PRIMARY KEY, NOT NULL, CHECK or FOREIGN KEY rule stood in the way.
    public var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT }
    /// Another connection holds a lock for longer than the busy timeout.
    public var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }
    /// No room: on the device under the file, or below the limit that the file has been given.
    public var isFull: Bool { primaryCode == SQLITE_FULL }
    /// The device under the file is full or failing; nothing of the statement has been kept.
    public var isStorage: Bool {
        [SQLITE_FULL, SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_READONLY].contains(primaryCode)
    }

    /// A column does not hold what the reader asked for.
    static func mismatch(column: Int, wanted: String, sql: String) -> SQLError {
        SQLError(code: SQLITE_MISMATCH, message: "column \(column) holds no \(wanted)", sql: sql)
    }
}
