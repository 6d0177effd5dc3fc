public import MartletModels
import MartletSQL

/// Reading many records so that one of them that cannot be read costs the others nothing.
extension StoreSnapshot {
    /// What placement needs of these processes.
    ///
    /// - Returns: those that are desired, ordered by process guid, and what is wrong with those that cannot be read.
    public func readableSchedulingInfos(
        of processes: some Sequence<ProcessGUID>
    ) throws(StoreError) -> (infos: [DesiredLRPSchedulingInfo], damaged: [ProcessGUID: String]) {
        var query = Query("SELECT process_guid, message FROM desired_lrps")
        query.require("process_guid", isOneOf: processes.map(\.rawValue))
        query.order(by: "process_guid")
        let (lrps, damaged) = try readable(query, RecordCoding.desiredLRP)
        return (lrps.map(\.schedulingInfo), Dictionary(damaged.map { (ProcessGUID($0), $1) }) { first, _ in first })
    }

    /// These tasks.
    ///
    /// - Returns: those that are there, ordered by guid, and what is wrong with those that cannot be read.
    public func readableTasks(
        _ guids: some Sequence<TaskGUID>
    ) throws(StoreError) -> (tasks: [MartletTask], damaged: [TaskGUID: String]) {
        var query = Query("SELECT guid, message FROM tasks")
        query.require("guid", isOneOf: guids.map(\.rawValue))
        query.order(by: "guid")
        let (tasks, damaged) = try readable(query, RecordCoding.task)
        return (tasks, Dictionary(damaged.map { (TaskGUID($0), $1) }) { first, _ in first })
    }

    /// - Parameter query: selects a name and a message.
    private func readable<Record>(
        _ query: Query,
        _ decode: ([UInt8]) throws(StoreError) -> Record
    ) throws(StoreError) -> (records: [Record], damaged: [String: String]) {
        var (records, damaged): ([Record], [String: String]) = ([], [:])
        for row in try rows(query, { (row) throws(SQLError) in (name: try row.text(0), bytes: try row.blob(1)) }) {
            do throws(StoreError) { records.append(try decode(row.bytes)) } catch {
                guard case .damaged(let text) = error else { throw error }
                damaged[row.name] = text
            }
        }
        return (records, damaged)
    }
}
