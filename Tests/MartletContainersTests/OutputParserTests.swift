import MartletModels
import Testing

@testable import MartletContainers

@Suite("Output parser")
struct OutputParserTests {
    private let time = "2026-11-23T21:05:41.411807141+00:00"
    private let at = Timestamp(nanoseconds: 1_795_467_941_411_807_141)

    private func line(_ stream: OutputLine.Stream, _ text: String) -> OutputLine {
        OutputLine(stream: stream, bytes: Array(text.utf8), at: at)
    }

    @Test("whole lines, parts of lines, and both streams at once")
    func entries() {
        var parser = OutputParser()
        let text = """
            \(time) stdout F hello world
            \(time) stdout P be
            \(time) stderr F oops
            \(time) stdout P gin
            \(time) stdout F ning
            \(time) stdout F 

            """
        #expect(
            parser.feed(text.utf8) == [
                line(.stdout, "hello world"), line(.stderr, "oops"), line(.stdout, "beginning"), line(.stdout, ""),
            ]
        )
    }

    @Test("what is not an entry is skipped, and unfinished lines come at the end")
    func broken() {
        var parser = OutputParser()
        let text =
            "dout F rest of a lost line\nnonsense\n\(time) other F x\n\(time) stdout P open\n\(time) stdout F cut"
        #expect(parser.feed(text.utf8) == [])
        #expect(parser.pendingBytes == "\(time) stdout F cut".utf8.count)
        #expect(parser.finish(at: at) == [line(.stdout, "open")])
    }

    @Test("a line beyond the limit comes in parts")
    func limit() {
        var parser = OutputParser()
        let part = String(repeating: "x", count: 8000)
        let text = (0..<9).map { "\(time) stdout \($0 == 8 ? "F" : "P") \(part)\n" }.joined()
        let lines = parser.feed(text.utf8)
        #expect(lines.map(\.bytes.count) == [61_440, 72_000 - 61_440])
    }

    @Test("the result does not depend on how the bytes were cut", arguments: UInt64(1)...50)
    func cuts(seed: UInt64) {
        var random = SplitMix(seed)
        var text: [UInt8] = []
        for _ in 0..<40 {
            let stream = Bool.random(using: &random) ? "stdout" : "stderr"
            let flag = Bool.random(using: &random) ? "F" : "P"
            text +=
                Array("\(time) \(stream) \(flag) ".utf8)
                + random.bytes(Int.random(in: 0...30, using: &random), from: Array("ab P\u{e4}".utf8)) + [10]
        }
        text += random.bytes(200, from: Array(0...255))
        var whole = OutputParser()
        let expected = whole.feed(text) + whole.finish(at: at)
        var parser = OutputParser()
        var lines: [OutputLine] = []
        var rest = text[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...20, using: &random)
            lines += parser.feed(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        #expect(lines + parser.finish(at: at) == expected)
    }

    @Test(
        "times of RFC 3339",
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T23:59:59.5Z", 951_868_799_500_000_000),
            ("2026-11-23T21:05:41.411807141+00:00", 1_795_467_941_411_807_141),
            ("2026-11-23T22:35:41.411807141+01:30", 1_795_467_941_411_807_141),
            ("2026-11-23T16:05:41.4118071419999-05:00", 1_795_467_941_411_807_141),
            ("1969-12-31T23:59:59Z", -1_000_000_000),
        ] as [(String, Int64)]
    )
    func times(text: String, nanoseconds: Int64) {
        #expect(Timestamp(rfc3339: text) == Timestamp(nanoseconds: nanoseconds))
    }

    @Test(
        "texts that are not times",
        arguments: [
            "", "2026-11-23", "2026-11-23T21:05:41", "2026-11-23T21:05:41+0", "x026-11-23T21:05:41Z",
            "2026-13-23T21:05:41Z", "2026-11-23T21:05:41.",
        ]
    )
    func noTimes(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }
}
