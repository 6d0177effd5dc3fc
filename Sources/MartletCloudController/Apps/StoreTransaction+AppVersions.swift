import MartletModels
import MartletStore

/// An app and its desired LRP change together.
extension StoreTransaction {
    /// Writes an app whose present version is `desired`; the version before it goes.
    ///
    /// - Returns: the instances of the new version to place, and those of the old one to stop.
    mutating func replace(
        _ old: AppRecord?,
        by app: AppRecord,
        _ desired: DesiredLRP
    ) throws(StoreError) -> InstanceWork {
        let toStop = if let old { try removeDesiredLRPIfAny(old.processGUID) } else { [ActualLRP]() }
        let created = try desire(desired).created
        try saveApp(app)
        return InstanceWork(created: created, toStop: toStop)
    }

    /// Writes an app with another number of instances.
    ///
    /// - Throws: `.notFound` when it has been replaced or deleted meanwhile.
    /// - Returns: the instances to place or to stop.
    mutating func replace(_ app: AppRecord, scaledTo instances: Int) throws(StoreError) -> InstanceWork {
        guard try snapshot.app(named: app.name)?.processGUID == app.processGUID else {
            throw .notFound("version \(app.processGUID) of app \(app.name) any more")
        }
        let outcome = try update(app.processGUID, DesiredLRPUpdate(instances: instances))
        try saveApp(app)
        return InstanceWork(created: outcome.created, toStop: outcome.toStop)
    }

    /// - Returns: the instances to stop; `nil` when there is no such app.
    mutating func removeApp(named name: String) throws(StoreError) -> InstanceWork? {
        guard let app = try snapshot.app(named: name) else { return nil }
        let toStop = try removeDesiredLRPIfAny(app.processGUID)
        try removeApp(guid: app.guid)
        return InstanceWork(toStop: toStop)
    }

    /// Somebody may have removed it through the BBS.
    private mutating func removeDesiredLRPIfAny(_ guid: ProcessGUID) throws(StoreError) -> [ActualLRP] {
        do throws(StoreError) { return try removeDesiredLRP(guid).toStop } catch {
            guard case .notFound = error else { throw error }
            return []
        }
    }
}
