import Glibc

/// One readable line a record: time, level, message, then `key=value` sorted by key. In colour on a terminal.
public struct TextSink: LogSink {
    private let writer: LineWriter
    private let isColoured: Bool

    /// - Parameter descriptor: stays open as long as the sink is used; not closed by it.
    public init(descriptor: Int32 = 2) {
        self.init(descriptor: descriptor, isColoured: isatty(descriptor) == 1)
    }

    init(descriptor: Int32, isColoured: Bool) {
        writer = LineWriter(descriptor: descriptor)
        self.isColoured = isColoured
    }

    public func write(_ record: LogRecord) { writer.write(line(record, at: .now())) }

    func line(_ record: LogRecord, at time: LogTime) -> String {
        let level = String(repeating: " ", count: 7 - record.level.name.utf8.count) + record.level.name
        var line =
            painted(time.text, .dim) + " " + painted(level, Colour(record.level)) + " " + printable(record.message)
        for (key, value) in record.fields.sorted(by: { $0.key < $1.key }) {
            line += " " + painted(printable(key) + "=", .dim) + quoted(value)
        }
        return line
    }

    /// Quotes a value that a reader could not tell from its neighbours.
    private func quoted(_ value: String) -> String {
        let isPlain = !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D && $0 != 0x7F }
        return isPlain ? printable(value) : "\"" + printable(escaped(value)) + "\""
    }

    private func escaped(_ value: String) -> String {
        value.reduce(into: "") { result, character in
            if character == "\\" || character == "\"" { result.append("\\") }
            result.append(character)
        }
    }

    /// Escapes what would move a terminal's cursor or begin a line of its own: control characters of C0 and C1.
    private func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: Self.isControl) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where Self.isControl(scalar): result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }

    private func painted(_ text: String, _ colour: Colour) -> String {
        isColoured ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}

/// ANSI colours, by what they mean here.
private enum Colour: Int {
    case dim = 2
    case red = 31
    case green = 32
    case yellow = 33
    case cyan = 36

    init(_ level: LogLevel) {
        switch level {
        case .error: self = .red
        case .warning: self = .yellow
        case .notice: self = .green
        case .info: self = .cyan
        case .debug: self = .dim
        }
    }
}
