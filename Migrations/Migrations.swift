/// One step of a schema: applied once, in order of `version`, and never edited after it has been released.
public struct Migration: Sendable {
    /// 1, 2, 3 …; what `user_version` says after this step.
    public let version: Int32
    public let name: String
    /// One or more SQL statements.
    public let sql: String
}

extension Migration {
    /// The server's database.
    public static let bbs = [
        Migration(version: 1, name: "M0001_bbs", sql: String(decoding: PackageResources.M0001_bbs_sql, as: UTF8.self)),
        Migration(
            version: 2,
            name: "M0002_convergence",
            sql: String(decoding: PackageResources.M0002_convergence_sql, as: UTF8.self)
        ),
        Migration(
            version: 3,
            name: "M0003_tasks",
            sql: String(decoding: PackageResources.M0003_tasks_sql, as: UTF8.self)
        ),
        Migration(
            version: 4,
            name: "M0004_fences",
            sql: String(decoding: PackageResources.M0004_fences_sql, as: UTF8.self)
        ),
    ]

    /// A cell's own database.
    public static let cell = [
        Migration(version: 1, name: "C0001_cell", sql: String(decoding: PackageResources.C0001_cell_sql, as: UTF8.self))
    ]
}
