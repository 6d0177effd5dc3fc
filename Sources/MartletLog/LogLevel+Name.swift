extension LogLevel {
    /// Lower case, as in configuration and in JSON lines.
    public var name: String {
        switch self {
        case .error: "error"
        case .warning: "warning"
        case .notice: "notice"
        case .info: "info"
        case .debug: "debug"
        }
    }

    /// - Returns: `nil` for a text that is no level's name.
    public init?(name: String) {
        guard let level = [LogLevel.error, .warning, .notice, .info, .debug].first(where: { $0.name == name }) else {
            return nil
        }
        self = level
    }
}
