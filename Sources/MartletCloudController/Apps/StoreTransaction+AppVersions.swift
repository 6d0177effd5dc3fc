import MartletModels
import MartletStore

/// An app and its desired LRP change together.
extension StoreTransaction {
    /// Writes an app whose present version is `desired`; the version before it goes.
    ///
    /// - Returns: instances of the old version that a cell has to stop.
    mutating func replace(
        _ old: AppRecord?,
        by app: AppRecord,
        _ desired: DesiredLRP
    ) throws(StoreError) -> [ActualLRP] {
        let toStop = if let old { try removeDesiredLRPIfAny(old.processGUID) } else { [ActualLRP]() }
        try desire(desired)
        try saveApp(app)
        return toStop
    }

    /// Writes an app with another number of instances.
    ///
    /// - Throws: `.notFound` when it has been replaced or deleted meanwhile.
    /// - Returns: instances that a cell has to stop.
    mutating func replace(_ app: AppRecord, scaledTo instances: Int) throws(StoreError) -> [ActualLRP] {
        guard try snapshot.app(named: app.name)?.processGUID == app.processGUID else {
            throw .notFound("version \(app.processGUID) of app \(app.name) any more")
        }
        let outcome = try update(app.processGUID, DesiredLRPUpdate(instances: instances))
        try saveApp(app)
        return outcome.toStop
    }

    /// - Returns: instances that a cell has to stop; `nil` when there is no such app.
    mutating func removeApp(named name: String) throws(StoreError) -> [ActualLRP]? {
        guard let app = try snapshot.app(named: name) else { return nil }
        let toStop = try removeDesiredLRPIfAny(app.processGUID)
        try removeApp(guid: app.guid)
        return toStop
    }

    /// Somebody may have removed it through the BBS.
    private mutating func removeDesiredLRPIfAny(_ guid: ProcessGUID) throws(StoreError) -> [ActualLRP] {
        do throws(StoreError) { return try removeDesiredLRP(guid).toStop } catch {
            guard case .notFound = error else { throw error }
            return []
        }
    }
}
