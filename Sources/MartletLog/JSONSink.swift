/// One JSON object a line: `time`, `level`, `message`, then the fields sorted by name.
///
/// A field called like one of the first three gets an underscore behind its name.
public struct JSONSink: LogSink {
    private let writer: LineWriter

    /// - Parameter descriptor: stays open as long as the sink is used; not closed by it.
    public init(descriptor: Int32 = 1) { writer = LineWriter(descriptor: descriptor) }

    public func write(_ record: LogRecord) { writer.write(line(record, at: .now())) }

    func line(_ record: LogRecord, at time: LogTime) -> String {
        var members = [("time", time.text), ("level", record.level.name), ("message", record.message)]
        let taken = Set(members.map(\.0))
        members += record.fields.sorted { $0.key < $1.key }.map {
            (taken.contains($0.key) ? $0.key + "_" : $0.key, $0.value)
        }
        return "{" + members.map { "\(literal($0)):\(literal($1))" }.joined(separator: ",") + "}"
    }

    /// A JSON string, RFC 8259 section 7.
    private func literal(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
