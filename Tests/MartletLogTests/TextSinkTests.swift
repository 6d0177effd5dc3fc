import Testing

@testable import MartletLog

@Suite("Text sink")
struct TextSinkTests {
    private let time = LogTime(nanoseconds: 0)

    @Test("writes time, level, message and sorted fields")
    func plain() {
        let sink = TextSink(descriptor: -1, isColoured: false)
        let record = LogRecord(
            level: .info,
            message: "cell ready",
            fields: ["zone": "z1", "cell_id": "c 1", "empty": ""]
        )
        #expect(
            sink.line(record, at: time)
                == #"1970-01-01T00:00:00.000Z    info cell ready cell_id="c 1" empty="" zone=z1"#
        )
    }

    @Test("lets no value begin a line, move the cursor, or look like another field")
    func hostile() {
        let sink = TextSink(descriptor: -1, isColoured: false)
        let record = LogRecord(
            level: .error,
            message: "x\ny",
            fields: ["a": "1\n2", "b": "\u{1B}[2J", "c": "\u{9B}2J", "d": #"say "hi\""#, "e": "x=y", "f": "ü"]
        )
        #expect(
            sink.line(record, at: time)
                == #"1970-01-01T00:00:00.000Z   error x\ny a="1\n2" b="\u{1b}[2J" c=\u{9b}2J d="say \"hi\\\"" "#
                + #"e="x=y" f=ü"#
        )
    }

    @Test("uses colours only when told")
    func colours() {
        let record = LogRecord(level: .warning, message: "m")
        #expect(TextSink(descriptor: -1, isColoured: true).line(record, at: time).contains("\u{1B}[33mwarning"))
        #expect(!TextSink(descriptor: -1, isColoured: false).line(record, at: time).contains("\u{1B}"))
    }
}
