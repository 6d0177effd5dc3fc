import Glibc

/// A name for a database that nobody else uses; the files go away with the value's last owner.
final class TemporaryFile {
    let path: String

    init() { path = "/tmp/martlet-sql-\(getpid())-\(UInt64.random(in: 0 ... .max))" }

    deinit { for suffix in ["", "-wal", "-shm", "-journal"] { unsafe unlink(path + suffix) } }
}
