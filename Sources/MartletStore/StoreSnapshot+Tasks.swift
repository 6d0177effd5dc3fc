public import MartletModels
import MartletSQL

/// Which tasks; what is `nil` or empty does not restrict.
public struct TaskFilter: Hashable, Sendable {
    public var domain: DomainName?
    public var cellID: CellID?
    public var guids: [TaskGUID]

    public init(domain: DomainName? = nil, cellID: CellID? = nil, guids: [TaskGUID] = []) {
        (self.domain, self.cellID, self.guids) = (domain, cellID, guids)
    }
}

extension StoreSnapshot {
    /// - Throws: `.notFound`.
    public func task(_ guid: TaskGUID) throws(StoreError) -> MartletTask {
        guard let task = try taskIfAny(guid) else { throw .notFound("task \(guid)") }
        return task
    }

    func taskIfAny(_ guid: TaskGUID) throws(StoreError) -> MartletTask? {
        let query = Query("SELECT message FROM tasks WHERE guid = ?", .text(guid.rawValue))
        guard let message = try first(query, { (row) throws(SQLError) in try row.blob(0) }) else { return nil }
        return try RecordCoding.task(message)
    }

    /// Ordered by guid.
    public func tasks(_ filter: TaskFilter = TaskFilter()) throws(StoreError) -> [MartletTask] {
        var tasks: [MartletTask] = []
        for message in try taskMessages(filter) { tasks.append(try RecordCoding.task(message)) }
        return tasks
    }

    /// The same as they stand on the wire, without decoding them.
    public func taskMessages(_ filter: TaskFilter = TaskFilter()) throws(StoreError) -> [[UInt8]] {
        var query = Query("SELECT message FROM tasks")
        if let domain = filter.domain { query.require("domain = ?", .text(domain.rawValue)) }
        if let cellID = filter.cellID { query.require("cell_id = ?", .text(cellID.rawValue)) }
        if !filter.guids.isEmpty { query.require("guid", isOneOf: filter.guids.map(\.rawValue)) }
        query.order(by: "guid")
        return try rows(query) { (row) throws(SQLError) in try row.blob(0) }
    }
}
