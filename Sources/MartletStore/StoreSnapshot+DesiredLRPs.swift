public import MartletModels
import MartletSQL

/// Which desired LRPs; what is empty or `nil` does not restrict.
public struct DesiredLRPFilter: Hashable, Sendable {
    public var domain: DomainName?
    public var processGUIDs: [ProcessGUID]
    /// Beginnings of process guids.
    public var appGUIDs: [String]

    public init(domain: DomainName? = nil, processGUIDs: [ProcessGUID] = [], appGUIDs: [String] = []) {
        self.domain = domain
        self.processGUIDs = processGUIDs
        self.appGUIDs = appGUIDs
    }
}

extension StoreSnapshot {
    /// - Throws: `.notFound`.
    public func desiredLRP(_ guid: ProcessGUID) throws(StoreError) -> DesiredLRP {
        guard let lrp = try desiredLRPIfAny(guid) else { throw .notFound("desired LRP \(guid)") }
        return lrp
    }

    func desiredLRPIfAny(_ guid: ProcessGUID) throws(StoreError) -> DesiredLRP? {
        let query = Query("SELECT message FROM desired_lrps WHERE process_guid = ?", .text(guid.rawValue))
        guard let message = try first(query, { (row) throws(SQLError) in try row.blob(0) }) else { return nil }
        return try RecordCoding.desiredLRP(message)
    }

    /// Ordered by process guid.
    public func desiredLRPs(_ filter: DesiredLRPFilter = DesiredLRPFilter()) throws(StoreError) -> [DesiredLRP] {
        var lrps: [DesiredLRP] = []
        for message in try desiredLRPMessages(filter) { lrps.append(try RecordCoding.desiredLRP(message)) }
        return lrps
    }

    /// The same as they stand on the wire, without decoding them.
    public func desiredLRPMessages(
        _ filter: DesiredLRPFilter = DesiredLRPFilter()
    ) throws(StoreError) -> [[UInt8]] {
        var query = Query("SELECT message FROM desired_lrps")
        if let domain = filter.domain { query.require("domain = ?", .text(domain.rawValue)) }
        if !filter.processGUIDs.isEmpty {
            query.require("process_guid", isOneOf: filter.processGUIDs.map(\.rawValue))
        }
        if !filter.appGUIDs.isEmpty {
            query.require(
                "EXISTS (SELECT 1 FROM json_each(?) WHERE substr(process_guid, 1, length(value)) = value)",
                .text(Query.jsonArray(filter.appGUIDs))
            )
        }
        query.order(by: "process_guid")
        return try rows(query) { (row) throws(SQLError) in try row.blob(0) }
    }

    /// What placement and convergence need, ordered by process guid.
    public func schedulingInfos(
        _ filter: DesiredLRPFilter = DesiredLRPFilter()
    ) throws(StoreError) -> [DesiredLRPSchedulingInfo] {
        try desiredLRPs(filter).map(\.schedulingInfo)
    }

    /// - Throws: `.notFound`.
    public func schedulingInfo(_ guid: ProcessGUID) throws(StoreError) -> DesiredLRPSchedulingInfo {
        try desiredLRP(guid).schedulingInfo
    }
}
