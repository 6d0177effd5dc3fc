import CMartletShims
public import MartletLog

/// Writes records to journald's native socket, with their fields.
///
/// A field `process_guid` becomes `MARTLET_PROCESS_GUID`; `PRIORITY`, `MESSAGE` and `SYSLOG_IDENTIFIER` are as systemd
/// documents them (systemd.journal-fields(7)). Values may be any text, with line ends. Without journald, records vanish.
public struct JournalSink: LogSink {
    private let identifier: String

    public init(identifier: String = "martlet") { self.identifier = identifier }

    public func write(_ record: LogRecord) {
        var bytes: [UInt8] = []
        var lengths: [Int] = []
        for field in fields(of: record) {
            lengths.append(field.utf8.count)
            bytes += field.utf8
        }
        unsafe bytes.withUnsafeBytes { _ = unsafe martlet_journal_send($0.baseAddress, lengths, Int32(lengths.count)) }
    }

    /// The entry as `NAME=value`, at most 200 fields; the record's own are sorted.
    func fields(of record: LogRecord) -> [String] {
        let standard = [
            "PRIORITY=\(record.level.rawValue)", "MESSAGE=\(record.message)", "SYSLOG_IDENTIFIER=\(identifier)",
        ]
        let own = record.fields.sorted { $0.key < $1.key }.map { "\(Self.name($0.key))=\($0.value)" }
        return standard + own.prefix(197)
    }

    /// journald takes names of up to 64 capital letters, digits and underscores.
    private static func name(_ key: String) -> String {
        let letters = key.uppercased().utf8.map { byte -> Character in
            let isAllowed = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
            return isAllowed ? Character(Unicode.Scalar(byte)) : "_"
        }
        return String(("MARTLET_" + letters).prefix(64))
    }
}
