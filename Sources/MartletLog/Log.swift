/// Where records go: journald, a terminal, JSON lines, or nowhere. Called from any thread; must not block for long.
public protocol LogSink: Sendable {
    func write(_ record: LogRecord)
}

/// What components hold to log: a sink, a threshold, and the fields every record of theirs carries.
public struct Log: Sendable {
    private let sink: any LogSink
    private let threshold: LogLevel
    private let context: [String: String]

    public init(_ sink: any LogSink, threshold: LogLevel = .info, context: [String: String] = [:]) {
        self.sink = sink
        self.threshold = threshold
        self.context = context
    }

    /// Drops everything.
    public static let discarding = Log(DiscardingSink(), threshold: .error)

    /// The same log with more context; a field given later wins.
    public func with(_ fields: [String: String]) -> Log {
        Log(sink, threshold: threshold, context: context.merging(fields) { $1 })
    }

    /// - Parameter fields: made only when the record is wanted.
    public func callAsFunction(
        _ level: LogLevel,
        _ message: String,
        _ fields: @autoclosure () -> [String: String] = [:]
    ) {
        guard level <= threshold else { return }
        sink.write(LogRecord(level: level, message: message, fields: context.merging(fields()) { $1 }))
    }
}

private struct DiscardingSink: LogSink {
    func write(_ record: LogRecord) {}
}
