public import MartletConvergence
public import MartletLinux
public import MartletModels
import MartletSQL

/// The bulletin board: desired and actual state, cells, flags and apps in one SQLite file.
///
/// One writer. Verbs queue; the writer takes all that wait into one transaction, each in a savepoint so that a refused
/// verb costs its neighbours nothing, commits once, answers all of them and publishes their events in commit order.
/// What has been answered is on disk. Reads run on connections of their own and never wait for the writer.
public actor Store {
    /// What a store is made of, apart from its file.
    public struct Configuration: Sendable {
        public var now: @Sendable () -> Timestamp
        /// Epochs of modification tags.
        public var makeUUID: @Sendable () -> String
        /// Decide when a record is due; the marks beside the records follow them.
        public var rules: ConvergenceRules
        /// How many events are kept; at least one, because the newest carries the numbering on.
        public var eventLimit: Int64
        /// How large the file may become; `nil` for as large as the disk allows. A file that is larger already does not
        /// grow.
        public var maximumBytes: Int64?
        /// Reading connections; none of a database in memory, whose reads wait for the writer.
        public var readerCount: Int
        /// A thread of its own for each connection.
        public var makeExecutor: @Sendable () -> any SerialExecutor

        public init(
            now: @escaping @Sendable () -> Timestamp,
            makeUUID: @escaping @Sendable () -> String = { RandomUUID.make() },
            rules: ConvergenceRules = ConvergenceRules(),
            eventLimit: Int64 = 1_000_000,
            maximumBytes: Int64? = nil,
            readerCount: Int = 2,
            makeExecutor: @escaping @Sendable () -> any SerialExecutor = { SerialQueueExecutor(label: "martlet.store") }
        ) {
            self.now = now
            self.makeUUID = makeUUID
            self.rules = rules
            self.eventLimit = max(1, eventLimit)
            self.maximumBytes = maximumBytes
            self.readerCount = readerCount
            self.makeExecutor = makeExecutor
        }
    }

    nonisolated let configuration: Configuration
    private let executor: any SerialExecutor
    private let connection: Connection
    nonisolated let readers: [StoreReader]
    private nonisolated let nextReader = Locked(0)
    private nonisolated let queue = Locked<[PendingWrite]>([])
    private nonisolated let feed = EventFeed()
    private var lastEventNumber: Int64
    private var oldestEventNumber: Int64
    /// Turns of the writer that were kept.
    private(set) var commitCount = 0

    /// Verbs that wait for the writer.
    nonisolated var waitingCount: Int { queue.withLock { $0.count } }

    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(
        connection: sending Connection,
        readers: [StoreReader],
        configuration: Configuration,
        lastEventNumber: Int64,
        oldestEventNumber: Int64
    ) {
        self.connection = connection
        self.readers = readers
        self.configuration = configuration
        self.lastEventNumber = lastEventNumber
        self.oldestEventNumber = oldestEventNumber
        executor = configuration.makeExecutor()
    }

    /// Runs verbs as one: all of them are kept, or none. Returns when that is on disk.
    ///
    /// Cancellation does not take back a verb that is waiting.
    /// - Parameter body: may run on any thread, reads no clock and calls nothing out; others wait for it.
    public nonisolated func write<R: Sendable>(
        _ body: @escaping @Sendable (inout StoreTransaction) throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        let answer = WriteAnswer<R>()
        let pending = PendingWrite(
            run: { (transaction) throws(StoreError) in answer.set(.success(try body(&transaction))) },
            fail: { error in answer.set(.failure(error)) }
        )
        queue.withLock { $0.append(pending) }
        await drain(unless: { answer.isThere })
        return try answer.get()
    }

    /// Reads as of one commit.
    public nonisolated func read<R: Sendable>(
        _ body: @Sendable (StoreSnapshot) throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        let now = configuration.now()
        guard !readers.isEmpty else { return try await readFromWriter(at: now, body) }
        let index = nextReader.withLock { next in
            next = (next + 1) % readers.count
            return next
        }
        return try await readers[index].read(at: now, body)
    }

    /// Events from now on. Registered between two commits, so nothing is lost or told twice.
    ///
    /// - Parameter bufferLimit: a reader that is further behind is dropped: its stream ends.
    public func subscribe(bufferLimit: Int = 1_024) -> EventSubscription {
        EventSubscription(lastNumber: lastEventNumber, events: feed.subscribe(bufferLimit: bufferLimit))
    }

    /// Ends every subscription, as at shutdown.
    public func closeSubscriptions() { feed.close() }

    private func readFromWriter<R: Sendable>(
        at now: Timestamp,
        _ body: @Sendable (StoreSnapshot) throws(StoreError) -> R
    ) throws(StoreError) -> R { try body(StoreSnapshot(connection: connection, now: now)) }

    /// Takes what waits. A caller that an earlier turn has answered takes nothing: what has arrived since waits for its
    /// own caller, by when more has arrived. Otherwise turns would shrink to one verb.
    private func drain(unless isAnswered: @Sendable () -> Bool) {
        guard !isAnswered() else { return }
        let batch = queue.withLock { queue in
            defer { queue = [] }
            return queue
        }
        guard !batch.isEmpty else { return }
        var transaction = StoreTransaction(
            connection: connection,
            now: configuration.now(),
            makeUUID: configuration.makeUUID,
            rules: configuration.rules,
            lastEventNumber: lastEventNumber
        )
        do throws(StoreError) {
            oldestEventNumber = try connection.transaction(.immediate, StoreError.init) { () throws(StoreError) in
                for pending in batch { try run(pending, in: &transaction) }
                return try forgetOldEvents(in: transaction)
            }
            commitCount += 1
            publish(transaction.events)
        } catch {
            for pending in batch { pending.fail(error) }
        }
    }

    /// - Throws: only what undoes the whole turn: SQLite ended the transaction, as after a full disk.
    private func run(_ pending: PendingWrite, in transaction: inout StoreTransaction) throws(StoreError) {
        let outcome = transaction.attempt(pending.run)
        if let ending = transaction.ending { throw ending }
        if case .failure(let error) = outcome { pending.fail(error) }
    }

    /// Keeps the file from growing beyond so many pages of 4,096 bytes, or beyond what it has already if that is more.
    /// Verbs that need more are refused with `.full`.
    public func limitSize(pages: Int) throws(StoreError) {
        try storing { () throws(SQLError) in try connection.execute("PRAGMA max_page_count=\(max(1, pages))") }
    }

    private func publish(_ events: [NumberedEvent]) {
        guard let last = events.last else { return }
        lastEventNumber = last.number
        feed.publish(events)
    }

    /// Deletes at most a few more events than have been written, so that no turn is long.
    /// - Returns: the number of the oldest event that is left.
    private func forgetOldEvents(in transaction: borrowing StoreTransaction) throws(StoreError) -> Int64 {
        guard let last = transaction.events.last?.number else { return oldestEventNumber }
        try transaction.forgetGivenAway()
        let oldestAtMost = oldestEventNumber + Int64(transaction.events.count) * 2 + 16
        let oldest = min(last - configuration.eventLimit + 1, oldestAtMost)
        guard oldest > oldestEventNumber else { return oldestEventNumber }
        try transaction.run("DELETE FROM events WHERE number < ?", .integer(oldest))
        return oldest
    }
}
