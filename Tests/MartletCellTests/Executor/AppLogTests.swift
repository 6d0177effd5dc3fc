import MartletModels
import MartletTestSupport
import Testing

@testable import MartletCell

@Suite("App log")
struct AppLogTests {
    @Test("a bucket of lines; when it is empty one notice, and silence for a second")
    func limiter() {
        var limiter = LineLimiter(linesPerSecond: 2, at: .epoch)
        func at(_ milliseconds: Int) -> LineLimiter.Verdict { limiter.admit(at: .epoch + .milliseconds(milliseconds)) }
        #expect([at(0), at(0), at(0), at(999)] == [.pass, .pass, .announce(limit: 2), .drop])
        #expect([at(1_000), at(1_000), at(1_000)] == [.pass, .pass, .announce(limit: 2)])
    }

    @Test("no limit means no limit")
    func unlimited() {
        var limiter = LineLimiter(linesPerSecond: 0, at: .epoch)
        let verdicts = (0..<1_000).map { _ in limiter.admit(at: .epoch) }
        #expect(Set(verdicts) == [.pass])
    }

    @Test("keeps the last lines, and cuts long ones at a character")
    func last() {
        let sink = RecordingLog()
        let prototype = AppLogLine(
            key: .fixture("app"),
            instance: "i",
            logGUID: "g",
            source: "APP",
            stream: .out,
            text: ""
        )
        let log = AppLog(prototype, to: sink, linesPerSecond: 0, clock: CellClock(SimulatedClock()))
        for number in 0..<60 { log.write("\(number)") }
        #expect(log.lastLines == (10..<60).map(String.init))
        log.write("x" + String(repeating: "é", count: 40_000))
        #expect(sink.all.last?.text.utf8.count == 61_439)
        log.write("")
        #expect(sink.all.count == 61)
    }
}
