import CSQLite

/// Databases of the `memdb` VFS (`file:/name?vfs=memdb`), which live as long as some connection to them, and which all
/// connections of the process with that name share.
extension Connection {
    /// Lets the database grow no further, as on a full disk, or lets it grow again.
    ///
    /// What does not need more pages still succeeds, as on a disk.
    public func limitMemory(_ isFull: Bool) throws(SQLError) {
        // Less than the present size means the present size.
        var limit: sqlite3_int64 = isFull ? 0 : 1 << 30
        let code = unsafe withDatabase { database in
            unsafe sqlite3_file_control(database, "main", SQLITE_FCNTL_SIZE_LIMIT, &limit)
        }
        guard code == SQLITE_OK else { throw SQLError(code: code, message: "no limit of size", sql: "file control") }
    }
}
