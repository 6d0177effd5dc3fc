public import MartletModels
import MartletSQL

/// An app of the Cloud Controller; the store knows nothing of its definition.
public struct AppRecord: Hashable, Sendable {
    public var guid: String
    /// Unique among all apps.
    public var name: String
    /// The desired LRP that is its present version.
    public var processGUID: ProcessGUID
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// The Cloud Controller's own JSON.
    public var definition: [UInt8]

    public init(
        guid: String,
        name: String,
        processGUID: ProcessGUID,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        definition: [UInt8]
    ) {
        self.guid = guid
        self.name = name
        self.processGUID = processGUID
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.definition = definition
    }
}

extension StoreSnapshot {
    private static let appColumns =
        "SELECT guid, name, process_guid, created_at_ns, updated_at_ns, definition FROM apps"

    /// Every app, ordered by name.
    public func apps() throws(StoreError) -> [AppRecord] {
        try rows(Query(Self.appColumns + " ORDER BY name")) { (row) throws(SQLError) in try Self.app(row) }
    }

    /// `nil` when there is none of that name.
    public func app(named name: String) throws(StoreError) -> AppRecord? {
        try first(Query(Self.appColumns + " WHERE name = ?", .text(name))) { (row) throws(SQLError) in
            try Self.app(row)
        }
    }

    /// The app whose process it is, in this version or an earlier one: process guids of apps are `guid-version`.
    public func app(owning process: ProcessGUID) throws(StoreError) -> AppRecord? {
        // Longer ones name nothing, and each `-` in them would become a parameter of the query.
        guard process.fitsColumn else { return nil }
        let text = process.rawValue
        let candidates = text.indices.filter { text[$0] == "-" }.map { String(text[..<$0]) }
        var query = Query(Self.appColumns)
        query.require("guid", isOneOf: candidates)
        // The longest guid: that of one app may be the beginning of another's.
        query.order(by: "length(guid) DESC")
        return try first(query) { (row) throws(SQLError) in try Self.app(row) }
    }

    private static func app(_ row: borrowing Row) throws(SQLError) -> AppRecord {
        AppRecord(
            guid: try row.text(0),
            name: try row.text(1),
            processGUID: ProcessGUID(try row.text(2)),
            createdAt: Timestamp(nanoseconds: try row.int64(3)),
            updatedAt: Timestamp(nanoseconds: try row.int64(4)),
            definition: try row.blob(5)
        )
    }
}
