public import MartletConvergence
public import MartletModels
import MartletSQL

extension StoreSnapshot {
    /// All that is known of these instances; one without records is there without records.
    ///
    /// - Returns: the desired LRPs of their processes, each once, and the instances in the order of `ids`.
    public func instances(
        _ ids: [InstanceID]
    ) throws(StoreError) -> (desired: [DesiredLRPSummary], instances: [InstanceRecords]) {
        var desired: [DesiredLRPSummary] = []
        var instances: [InstanceRecords] = []
        instances.reserveCapacity(ids.count)
        var known: Set<ProcessGUID> = []
        for run in Self.runs(ids) {
            let (guid, first) = (run.first.processGUID, run.first.index)
            if known.insert(guid).inserted, let summary = try summary(of: guid) { desired.append(summary) }
            let query = Query(Self.recordsInRun, .text(guid.rawValue), .int(first), .int(first + run.count - 1))
            var found = try records(query, of: guid)[...]
            for index in first..<first + run.count {
                let id = InstanceID(guid, index)
                instances.append(found.first?.id == id ? found.removeFirst() : InstanceRecords(id))
            }
        }
        return (desired.sorted { $0.processGUID < $1.processGUID }, instances)
    }

    /// Instances of one process with indices one after the other stand next to each other in most indexes, so that they
    /// are found at once.
    private static func runs(_ ids: [InstanceID]) -> [(first: InstanceID, count: Int)] {
        ids.reduce(into: []) { runs, id in
            if let last = runs.last, last.first.processGUID == id.processGUID, last.first.index + last.count == id.index
            {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((id, 1))
            }
        }
    }

    /// All that is known of a process, by index, its missing instances among them.
    ///
    /// - Parameter index: only that instance.
    public func instances(
        of process: ProcessGUID,
        index: Int? = nil
    ) throws(StoreError) -> (desired: [DesiredLRPSummary], instances: [InstanceRecords]) {
        if let index { return try instances([InstanceID(process, index)]) }
        let query = Query(Self.recordsOfProcess, .text(process.rawValue))
        let missing = try rows(
            Query(
                "SELECT instance_index FROM missing_lrps WHERE process_guid = ? ORDER BY instance_index",
                .text(process.rawValue)
            )
        ) { (row) throws(SQLError) in InstanceID(process, try row.int(0)) }
        let present = try records(query, of: process)
        let known = Set(present.map(\.id))
        let all = present + missing.filter { !known.contains($0) }.map { InstanceRecords($0) }
        return (try [summary(of: process)].compactMap(\.self), all.sorted { $0.id < $1.id })
    }

    private static let records =
        "SELECT message, docker, stop_decision, outdated, instance_index FROM actual_lrps WHERE process_guid = ?"
    private static let order = " ORDER BY process_guid, instance_index, presence"
    private static let recordsOfProcess = records + order
    private static let recordsInRun = records + " AND instance_index BETWEEN ? AND ?" + order

    /// Rows of one process, those of one instance next to each other. A row that cannot be read is told of by its
    /// instance, so that it costs the others nothing.
    private func records(_ query: Query, of process: ProcessGUID) throws(StoreError) -> [InstanceRecords] {
        let found = try rows(query) { (row) throws(SQLError) in
            (
                message: try row.blob(0), docker: try row.optionalInt64(1), decision: try row.optionalInt64(2),
                outdated: try row.bool(3), id: InstanceID(process, try row.int(4))
            )
        }
        var instances: [InstanceRecords] = []
        for row in found {
            var records = instances.last?.id == row.id ? instances.removeLast() : InstanceRecords(row.id)
            do throws(StoreError) { records.add(try RecordCoding.actualLRP(row.message, of: row.id)) } catch {
                guard case .damaged(let text) = error else { throw error }
                records.damage = records.damage ?? text
            }
            records.isDocker = records.isDocker ?? row.docker.map { $0 == 1 }
            records.stopDecision = records.stopDecision ?? row.decision
            records.isOutdated = records.isOutdated || row.outdated
            instances.append(records)
        }
        return instances
    }

    /// From columns alone; `nil` when it is not desired.
    func summary(of guid: ProcessGUID) throws(StoreError) -> DesiredLRPSummary? {
        try first(Query(Self.summary, .text(guid.rawValue))) { (row) throws(SQLError) in
            DesiredLRPSummary(
                processGUID: guid,
                domain: DomainName(try row.text(0)),
                instances: try row.int(1),
                isDocker: try row.bool(2)
            )
        }
    }
    private static let summary = "SELECT domain, instances, docker FROM desired_lrps WHERE process_guid = ?"
}
