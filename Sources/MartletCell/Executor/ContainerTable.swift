import MartletLinux
import MartletMigrations
import MartletModels
import MartletSQL

/// The records of the cell's containers and the ledger of its resources, in memory and in the cell's SQLite file.
///
/// Each verb is one transaction; what it returns is on disk. SQLite blocks its thread, so the actor has an executor of
/// its own.
/// - Invariant: `records`, `ledger` and the file agree whenever no verb is running.
actor ContainerTable {
    private let executor: SerialQueueExecutor
    let connection: Connection
    private(set) var records: [InstanceGUID: ContainerRecord] = [:]
    private(set) var ledger: ResourceLedger
    private var subscribers: [AsyncStream<ContainerEvent>.Continuation] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// "MCel": tells a cell's file from the server's.
    private static let applicationID: Int32 = 0x4D43_656C

    /// Opens or creates the file and reads every record.
    init(path: String, ledger: ResourceLedger) throws(ExecutorError) {
        executor = SerialQueueExecutor(label: "martlet.cell.table")
        self.ledger = ledger
        do throws(SQLError) { connection = try Connection(path: path) } catch { throw .broken("\(error)") }
        let steps = Migration.cell.map { (version: $0.version, name: $0.name, sql: $0.sql) }
        do throws(MigrationError) {
            try Migrator(applicationID: Self.applicationID, steps: steps).migrate(connection)
        } catch { throw .broken("\(error)") }
        for record in try Self.readAll(connection) {
            records[record.id] = record
            self.ledger.restore(.init(resources: record.resources, range: record.range), for: record.id)
        }
    }

    /// Events from now on; the stream ends with the table.
    func events() -> AsyncStream<ContainerEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: ContainerEvent.self)
        subscribers.append(continuation)
        return stream
    }

    func record(_ id: InstanceGUID) -> ContainerRecord? { records[id] }

    /// Sorted by id.
    var all: [ContainerRecord] { records.values.sorted { $0.id < $1.id } }

    /// The records and what they use, as of one moment.
    var snapshot: (records: [ContainerRecord], ledger: ResourceLedger) { (all, ledger) }

    /// Keeps room for an instance.
    @discardableResult
    func reserve(_ request: AllocationRequest, at now: Timestamp) throws(ExecutorError) -> ContainerRecord {
        var ledger = ledger
        let range = try ledger.reserve(request.resources, for: request.id)
        let record = ContainerRecord(reserving: request, range: range, at: now)
        try writing { () throws(SQLError) in try insert(record) }
        self.ledger = ledger
        records[record.id] = record
        publish(.reserved(record.id))
        return record
    }

    /// Changes one record as `change` says, and tells of it.
    @discardableResult
    func update(
        _ id: InstanceGUID,
        _ change: @Sendable (inout ContainerRecord) throws(ExecutorError) -> Void
    ) throws(ExecutorError) -> ContainerRecord {
        guard let before = records[id] else { throw .containerNotFound }
        var after = before
        try change(&after)
        guard after != before else { return after }
        try writing { () throws(SQLError) in try save(after) }
        records[id] = after
        if let event = Self.event(before, after) { publish(event) }
        return after
    }

    /// Ends a container's work, and keeps what is known of its crash in the same transaction.
    ///
    /// - Returns: false when it had ended before; then nothing changes.
    @discardableResult
    func complete(
        _ id: InstanceGUID,
        _ result: RunResult,
        capsule: CrashCapsule?
    ) throws(ExecutorError) -> Bool {
        guard var record = records[id] else { throw .containerNotFound }
        guard record.state.name != .completed else { return false }
        record.complete(result)
        try writing { () throws(SQLError) in
            try save(record)
            if let capsule, !record.stopRequested { try insert(capsule) }
        }
        records[id] = record
        publish(.completed(id))
        return true
    }

    /// Forgets a container and gives its room back; fine when there is none.
    func remove(_ id: InstanceGUID) throws(ExecutorError) {
        guard records[id] != nil else { return }
        try writing { () throws(SQLError) in
            _ = try connection.run("DELETE FROM containers WHERE id = ?", [.text(id.rawValue)])
        }
        records[id] = nil
        ledger.release(id)
    }

    func writing<R>(_ body: () throws(SQLError) -> R) throws(ExecutorError) -> R {
        do throws(SQLError) { return try connection.transaction(.immediate, body) } catch { throw .broken("\(error)") }
    }

    private static func event(_ before: ContainerRecord, _ after: ContainerRecord) -> ContainerEvent? {
        switch (before.state.name, after.state.name) {
        case (.completed, .completed): nil
        case (_, .completed): .completed(after.id)
        case (.running, .running):
            before.routable == after.routable && before.state == after.state ? nil : .running(after.id)
        case (_, .running): .running(after.id)
        default: nil
        }
    }

    private func publish(_ event: ContainerEvent) {
        subscribers.removeAll { subscriber in
            if case .terminated = subscriber.yield(event) { true } else { false }
        }
    }
}
