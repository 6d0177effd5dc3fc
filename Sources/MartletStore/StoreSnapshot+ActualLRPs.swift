public import MartletModels
import MartletSQL

/// Which actual LRPs; what is empty or `nil` does not restrict.
public struct ActualLRPFilter: Hashable, Sendable {
    public var domain: DomainName?
    public var cellID: CellID?
    public var processGUIDs: [ProcessGUID]
    public var index: Int?

    public init(
        domain: DomainName? = nil,
        cellID: CellID? = nil,
        processGUIDs: [ProcessGUID] = [],
        index: Int? = nil
    ) {
        self.domain = domain
        self.cellID = cellID
        self.processGUIDs = processGUIDs
        self.index = index
    }
}

extension StoreSnapshot {
    /// Every row of every presence, ordered by process guid, index and presence.
    public func actualLRPs(_ filter: ActualLRPFilter = ActualLRPFilter()) throws(StoreError) -> [ActualLRP] {
        var lrps: [ActualLRP] = []
        for message in try actualLRPMessages(filter) { lrps.append(try RecordCoding.actualLRP(message)) }
        return lrps
    }

    /// The same as they stand on the wire, without decoding them.
    public func actualLRPMessages(_ filter: ActualLRPFilter = ActualLRPFilter()) throws(StoreError) -> [[UInt8]] {
        var query = Query("SELECT message FROM actual_lrps")
        if let domain = filter.domain { query.require("domain = ?", .text(domain.rawValue)) }
        if let cellID = filter.cellID { query.require("cell_id = ?", .text(cellID.rawValue)) }
        if !filter.processGUIDs.isEmpty {
            query.require("process_guid", isOneOf: filter.processGUIDs.map(\.rawValue))
        }
        if let index = filter.index { query.require("instance_index = ?", .int(index)) }
        query.order(by: "process_guid, instance_index, presence")
        return try rows(query) { (row) throws(SQLError) in try row.blob(0) }
    }

    /// Up to three: ordinary, evacuating, suspect.
    func actualLRPs(_ guid: ProcessGUID, index: Int) throws(StoreError) -> [ActualLRP] {
        let query = Query(
            "SELECT message FROM actual_lrps WHERE process_guid = ? AND instance_index = ? ORDER BY presence",
            .text(guid.rawValue),
            .int(index)
        )
        var lrps: [ActualLRP] = []
        for message in try rows(query, { (row) throws(SQLError) in try row.blob(0) }) {
            lrps.append(try RecordCoding.actualLRP(message))
        }
        return lrps
    }

    /// Those of a process from that index on, ordered by index and presence.
    func actualLRPs(_ guid: ProcessGUID, from bound: Int) throws(StoreError) -> [ActualLRP] {
        let query = Query(
            """
            SELECT message FROM actual_lrps WHERE process_guid = ? AND instance_index >= ?
            ORDER BY process_guid, instance_index, presence
            """,
            .text(guid.rawValue),
            .int(bound)
        )
        var lrps: [ActualLRP] = []
        for message in try rows(query, { (row) throws(SQLError) in try row.blob(0) }) {
            lrps.append(try RecordCoding.actualLRP(message))
        }
        return lrps
    }

    /// - Throws: `.notFound` when there is no row of that presence.
    public func actualLRP(
        _ key: ActualLRPKey,
        presence: ActualLRP.Presence = .ordinary
    ) throws(StoreError) -> ActualLRP {
        guard let lrp = try actualLRPIfAny(key, presence) else { throw .notFound("actual LRP \(key)") }
        return lrp
    }

    func hasRow(_ id: InstanceID, _ presence: ActualLRP.Presence) throws(StoreError) -> Bool {
        let query = Query(
            "SELECT 1 FROM actual_lrps WHERE process_guid = ? AND instance_index = ? AND presence = ?",
            .text(id.processGUID.rawValue),
            .int(id.index),
            .int(presence.rawValue)
        )
        return try first(query) { (row) throws(SQLError) in try row.int64(0) } != nil
    }

    func actualLRPIfAny(_ key: ActualLRPKey, _ presence: ActualLRP.Presence) throws(StoreError) -> ActualLRP? {
        let query = Query(
            "SELECT message FROM actual_lrps WHERE process_guid = ? AND instance_index = ? AND presence = ?",
            .text(key.processGUID.rawValue),
            .int(key.index),
            .int(presence.rawValue)
        )
        guard let message = try first(query, { (row) throws(SQLError) in try row.blob(0) }) else { return nil }
        return try RecordCoding.actualLRP(message)
    }
}
