import MartletModels
import MartletSQL

/// One reading connection. It blocks its thread, so it has one of its own.
actor StoreReader {
    private let executor: any SerialExecutor
    private let connection: Connection

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(connection: sending Connection, executor: any SerialExecutor) {
        self.connection = connection
        self.executor = executor
    }

    /// Everything that `body` reads is of one commit.
    func read<R: Sendable>(
        at now: Timestamp,
        _ body: @Sendable (StoreSnapshot) throws(StoreError) -> R
    ) throws(StoreError) -> R {
        try connection.transaction(.deferred, StoreError.init) { () throws(StoreError) in
            try body(StoreSnapshot(connection: connection, now: now))
        }
    }
}
