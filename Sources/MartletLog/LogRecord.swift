/// How much an operator should care; values are syslog priorities as journald stores them in `PRIORITY=`.
public enum LogLevel: Int, Hashable, Comparable, Sendable {
    case error = 3
    case warning = 4
    case notice = 5
    case info = 6
    case debug = 7

    /// More important is smaller, as in syslog.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}

/// One thing that happened: a constant message, and the facts in fields.
public struct LogRecord: Hashable, Sendable {
    public var level: LogLevel
    /// A constant sentence without variable parts, so that equal events group together.
    public var message: String
    /// Lower-case names such as `process_guid`; a sink may change their spelling (`MARTLET_PROCESS_GUID`).
    public var fields: [String: String]

    public init(level: LogLevel, message: String, fields: [String: String] = [:]) {
        self.level = level
        self.message = message
        self.fields = fields
    }
}
