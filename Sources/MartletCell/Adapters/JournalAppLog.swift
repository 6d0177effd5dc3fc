public import MartletLog
import MartletModels

/// Sends the lines of apps where the agent's own records go, with the fields that tell them apart.
///
/// In journald they become `MARTLET_PROCESS_GUID=`, `MARTLET_INSTANCE_GUID=`, `MARTLET_INDEX=`,
/// `MARTLET_SOURCE_TYPE=` and `MARTLET_STREAM=`.
public struct JournalAppLog: AppLogSink {
    private let sink: any LogSink

    public init(_ sink: any LogSink) { self.sink = sink }

    public func write(_ line: AppLogLine) {
        var fields = [
            "process_guid": line.key.processGUID.rawValue,
            "instance_guid": line.instance.rawValue,
            "index": String(line.key.index),
            "source_type": line.source,
            "stream": line.stream.rawValue,
        ]
        if !line.logGUID.isEmpty { fields["log_guid"] = line.logGUID }
        sink.write(LogRecord(level: .info, message: line.text, fields: fields))
    }
}
