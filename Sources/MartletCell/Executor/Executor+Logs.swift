import MartletModels

extension Executor {
    /// A line about a container on its app's log.
    func say(_ text: String, to stream: OutputStream = .out, of record: ContainerRecord) {
        ports.appLog.write(line(text, stream, record))
    }

    /// The log of one container's processes.
    func makeLog(_ record: ContainerRecord, _ desired: DesiredLRP) -> AppLog {
        var prototype = line("", .out, record)
        prototype.logGUID = desired.logGUID
        prototype.source = Self.logSource(desired)
        return AppLog(
            prototype,
            to: ports.appLog,
            linesPerSecond: configuration.logLinesPerSecond,
            clock: ports.clock
        )
    }

    /// Executor section 4.11: what lines are marked with unless the action has its own source.
    static func logSource(_ desired: DesiredLRP) -> String {
        desired.logSource.isEmpty ? "LOG" : desired.logSource
    }

    private func line(_ text: String, _ stream: OutputStream, _ record: ContainerRecord) -> AppLogLine {
        AppLogLine(
            key: record.key,
            instance: record.id,
            logGUID: record.state.desired?.logGUID ?? record.key.processGUID.rawValue,
            source: "CELL",
            stream: stream,
            text: text
        )
    }
}
