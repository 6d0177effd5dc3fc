import MartletBBSAPI
public import MartletModels
import MartletProtobuf
import MartletSQL

/// What an event says of who holds an instance; read from the event without the rest of the record.
public struct HolderChange: Hashable, Sendable {
    public var number: Int64
    public var at: Timestamp
    public var key: ActualLRPKey
    /// `nil` when no cell held it, or when there was no record.
    public var before: ActualLRPInstanceKey?
    public var after: ActualLRPInstanceKey?

    public init(
        number: Int64,
        at: Timestamp,
        key: ActualLRPKey,
        before: ActualLRPInstanceKey?,
        after: ActualLRPInstanceKey?
    ) {
        self.number = number
        self.at = at
        self.key = key
        self.before = before
        self.after = after
    }
}

extension StoreSnapshot {
    /// What happened to instances in events with numbers above `number`, in order; of at most `limit` events. Those in
    /// which the holder stays are among them, so that the last number says where to go on.
    public func holderChanges(after number: Int64, limit: Int = 1_000) throws(StoreError) -> [HolderChange] {
        let sql = """
            SELECT number, at_ns, before, after FROM events WHERE number > ? AND kind IN (
                'actual_lrp_instance_created', 'actual_lrp_instance_changed', 'actual_lrp_instance_removed')
            ORDER BY number LIMIT ?
            """
        let stored = try rows(Query(sql, .integer(number), .int(limit))) { (row) throws(SQLError) in
            (try row.int64(0), try row.int64(1), try row.optionalBlob(2), try row.optionalBlob(3))
        }
        var changes: [HolderChange] = []
        changes.reserveCapacity(stored.count)
        for (number, at, before, after) in stored {
            let (before, after) = (try Holder(before), try Holder(after))
            guard let key = (after ?? before)?.key else { throw .damaged("event \(number) lacks an instance") }
            changes.append(
                HolderChange(
                    number: number,
                    at: Timestamp(nanoseconds: at),
                    key: key,
                    before: before?.instance,
                    after: after?.instance
                )
            )
        }
        return changes
    }

    /// Process guids that `diego_docker` governs and that were removed by events with numbers above `number`.
    public func removedDockerLRPs(after number: Int64) throws(StoreError) -> Set<ProcessGUID> {
        let sql = "SELECT before FROM events WHERE number > ? AND kind = 'desired_lrp_removed' ORDER BY number"
        var removed: Set<ProcessGUID> = []
        for message in try rows(Query(sql, .integer(number)), { (row) throws(SQLError) in try row.blob(0) }) {
            let lrp = try RecordCoding.desiredLRP(message)
            if lrp.rootFS.isDocker { removed.insert(lrp.processGUID) }
        }
        return removed
    }

    /// Who held an instance that was given away, and since when that is remembered; the newest first.
    public func givenAway(_ guid: InstanceGUID) throws(StoreError) -> [(cell: CellID, at: Timestamp)] {
        let sql = "SELECT cell_id, at_ns FROM given_away WHERE instance_guid = ? ORDER BY at_ns DESC"
        return try rows(Query(sql, .text(guid.rawValue))) { (row) throws(SQLError) in
            (CellID(try row.text(0)), Timestamp(nanoseconds: try row.int64(1)))
        }
    }

    /// The number of the oldest event that is kept; `nil` when there are none.
    public func firstEventNumber() throws(StoreError) -> Int64? { try oldestEventNumber() }

    /// The names of all apps by their guids.
    public func appNames() throws(StoreError) -> [String: String] {
        let pairs = try rows(Query("SELECT guid, name FROM apps")) { (row) throws(SQLError) in
            (try row.text(0), try row.text(1))
        }
        return Dictionary(pairs) { first, _ in first }
    }
}

/// The first two fields of a stored instance.
private struct Holder {
    var key: ActualLRPKey
    var instance: ActualLRPInstanceKey?

    /// `nil` for no record.
    init?(_ bytes: [UInt8]?) throws(StoreError) {
        guard let bytes else { return nil }
        var key: ActualLRPKey?
        do throws(ProtobufError) {
            var reader = try ProtobufReader(bytes)
            while let field = try reader.nextField() {
                if field.number == 1 { key = try field.message(ActualLRPKey.self) }
                if field.number == 2 { instance = try field.message(ActualLRPInstanceKey.self) }
            }
        } catch { throw .damaged("stored instance cannot be read: \(error)") }
        guard let key else { throw .damaged("stored instance lacks a key") }
        self.key = key
        // Nobody is written as empty texts.
        if instance?.instanceGUID.rawValue.isEmpty == true { instance = nil }
    }
}
