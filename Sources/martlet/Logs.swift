import MartletCLI
import MartletLog
import MartletSystemd

/// Where a role's records and the lines of apps go.
struct Logs {
    let log: Log
    /// For the lines of apps, which have no threshold.
    let sink: any LogSink
    /// Whether an operator reads the records as they come.
    let isTerminal: Bool

    init(_ settings: Settings) throws(SettingsError) {
        let level = settings.required("log-level")
        guard let threshold = Self.levels[level] else {
            throw .unusable("log-level", "\"\(level)\" is none of error, warning, notice, info and debug")
        }
        let format = settings.text("log-format") ?? (Journal.isConnected() ? "journal" : "text")
        switch format {
        case "journal":
            guard Journal.isPresent else {
                throw .unusable("log-format", "no journald runs on this machine; use text or json")
            }
            sink = JournalSink()
        case "text": sink = TextSink()
        case "json": sink = JSONSink()
        default: throw .unusable("log-format", "\"\(format)\" is none of journal, text and json")
        }
        isTerminal = format == "text"
        log = Log(sink, threshold: threshold)
    }

    private static let levels: [String: LogLevel] = [
        "error": .error, "warning": .warning, "notice": .notice, "info": .info, "debug": .debug,
    ]
}
