public import MartletModels

/// Where the lines of apps go. Called from any thread; must not block for long.
public protocol AppLogSink: Sendable {
    func write(_ line: AppLogLine)
}

/// Which of a process's two outputs a line came from.
public enum OutputStream: String, Hashable, Sendable {
    case out = "OUT"
    case err = "ERR"
}

/// One line of one process of an instance, or of the cell about the instance.
public struct AppLogLine: Hashable, Sendable {
    public var key: ActualLRPKey
    public var instance: InstanceGUID
    /// Names the app to log readers; empty means that nobody asked for its logs.
    public var logGUID: String
    /// `APP`, `HEALTH`, `CELL` …
    public var source: String
    public var stream: OutputStream
    /// Without the line feed.
    public var text: String

    public init(
        key: ActualLRPKey,
        instance: InstanceGUID,
        logGUID: String,
        source: String,
        stream: OutputStream,
        text: String
    ) {
        self.key = key
        self.instance = instance
        self.logGUID = logGUID
        self.source = source
        self.stream = stream
        self.text = text
    }
}
