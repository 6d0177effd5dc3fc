/// One step of a schema: applied once, in order of `version`, and never edited after it has been released.
public struct Migration: Sendable {
    /// 1, 2, 3 …; what `user_version` says after this step.
    public let version: Int32
    public let name: String
    /// One or more SQL statements.
    public let sql: String
}
