import CMartletShims
import CSQLite

/// A compiled statement; finalised with its last owner. Belongs to the thread that uses its connection.
@safe
final class Statement {
    let sql: String
    private let handle: OpaquePointer
    private let database: OpaquePointer

    /// - Parameter database: outlives the statement.
    init(_ sql: String, on database: OpaquePointer) throws(SQLError) {
        var handle: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let code = unsafe sqlite3_prepare_v3(database, sql, -1, flags, &handle, nil)
        guard code == SQLITE_OK, let prepared = unsafe handle else {
            throw unsafe SQLError(code: code, message: String(cString: sqlite3_errmsg(database)), sql: sql)
        }
        self.sql = sql
        unsafe self.handle = prepared
        unsafe self.database = database
    }

    deinit { unsafe sqlite3_finalize(handle) }

    /// Gives parameter `i + 1` the value `values[i]`; there must be as many values as parameters.
    func bind(_ values: [SQLValue]) throws(SQLError) {
        let wanted = unsafe sqlite3_bind_parameter_count(handle)
        precondition(Int(wanted) == values.count, "\(values.count) values for \(wanted) parameters: \(sql)")
        var index: Int32 = 0
        for value in values {
            index += 1
            let code = bind(value, at: index)
            guard code == SQLITE_OK else { throw failure(code) }
        }
    }

    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        switch value {
        case .null: return unsafe sqlite3_bind_null(handle, index)
        case .integer(let number): return unsafe sqlite3_bind_int64(handle, index, number)
        case .text(var text):
            return text.withUTF8 { bytes in
                // An empty string may have no address, and a null pointer would bind NULL.
                guard let base = bytes.baseAddress else {
                    return unsafe martlet_sqlite_bind_text(handle, index, "", 0)
                }
                return unsafe base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    unsafe martlet_sqlite_bind_text(handle, index, $0, UInt64(bytes.count))
                }
            }
        case .blob(let blob):
            return unsafe blob.withUnsafeBytes { bytes in
                unsafe martlet_sqlite_bind_blob(handle, index, bytes.baseAddress, UInt64(bytes.count))
            }
        }
    }

    /// Moves to the next row; false when there is none.
    func step() throws(SQLError) -> Bool {
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: true
        case SQLITE_DONE: false
        case let code: throw failure(code)
        }
    }

    /// Ready for the next use; drops the bound values, which may be large or secret.
    func reset() {
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
    }

    func isNull(_ column: Int) -> Bool { unsafe sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }

    func integer(_ column: Int) throws(SQLError) -> Int64 {
        guard unsafe sqlite3_column_type(handle, Int32(column)) == SQLITE_INTEGER else {
            throw .mismatch(column: column, wanted: "integer", sql: sql)
        }
        return unsafe sqlite3_column_int64(handle, Int32(column))
    }

    func text(_ column: Int) throws(SQLError) -> String {
        guard unsafe sqlite3_column_type(handle, Int32(column)) == SQLITE_TEXT,
            let bytes = unsafe sqlite3_column_text(handle, Int32(column))
        else { throw .mismatch(column: column, wanted: "text", sql: sql) }
        let count = unsafe Int(sqlite3_column_bytes(handle, Int32(column)))
        return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    func blob(_ column: Int) throws(SQLError) -> [UInt8] {
        guard unsafe sqlite3_column_type(handle, Int32(column)) == SQLITE_BLOB else {
            throw .mismatch(column: column, wanted: "blob", sql: sql)
        }
        let bytes = unsafe sqlite3_column_blob(handle, Int32(column))
        let count = unsafe Int(sqlite3_column_bytes(handle, Int32(column)))
        return unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
    }

    private func failure(_ code: Int32) -> SQLError {
        unsafe SQLError(
            code: sqlite3_extended_errcode(database) & 0xFF == code & 0xFF ? sqlite3_extended_errcode(database) : code,
            message: String(cString: sqlite3_errmsg(database)),
            sql: sql
        )
    }
}
