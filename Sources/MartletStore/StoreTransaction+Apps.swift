import MartletModels
import MartletSQL

extension StoreTransaction {
    /// Writes an app, new or changed.
    ///
    /// - Throws: `.alreadyExists` when another app has the name.
    public mutating func saveApp(_ app: AppRecord) throws(StoreError) {
        if let other = try snapshot.app(named: app.name), other.guid != app.guid {
            throw .alreadyExists("app \(app.name)")
        }
        try run(
            """
            INSERT INTO apps (guid, name, process_guid, created_at_ns, updated_at_ns, definition)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (guid) DO UPDATE SET name = excluded.name, process_guid = excluded.process_guid,
                updated_at_ns = excluded.updated_at_ns, definition = excluded.definition
            """,
            .text(app.guid),
            .text(app.name),
            .text(app.processGUID.rawValue),
            .integer(app.createdAt.nanoseconds),
            .integer(app.updatedAt.nanoseconds),
            .blob(app.definition)
        )
    }

    /// Forgets an app; its desired LRP is another verb.
    ///
    /// - Throws: `.notFound`.
    public mutating func removeApp(guid: String) throws(StoreError) {
        guard try run("DELETE FROM apps WHERE guid = ?", .text(guid)) > 0 else { throw .notFound("app \(guid)") }
    }
}
