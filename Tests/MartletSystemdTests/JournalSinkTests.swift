import MartletLog
import MartletTestSupport
import Testing

@testable import MartletSystemd

@Suite("Journal sink", .timeLimit(.minutes(2)))
struct JournalSinkTests {
    @Test("spells fields as the journal wants them")
    func fields() {
        let longKey = String(repeating: "k", count: 80)
        let record = LogRecord(
            level: .warning,
            message: "m",
            fields: ["process_guid": "g", "odd key-é": "v", longKey: "long"]
        )
        #expect(
            JournalSink().fields(of: record) == [
                "PRIORITY=4", "MESSAGE=m", "SYSLOG_IDENTIFIER=martlet",
                "MARTLET_" + String(repeating: "K", count: 56) + "=long",
                "MARTLET_ODD_KEY___=v", "MARTLET_PROCESS_GUID=g",
            ]
        )
    }

    @Test("a real journald gives back what was written, line ends included")
    func real() async throws {
        try await RealJournal.with { journal in
            #expect(Journal.isPresent)
            let guid = "guid-\(UInt64.random(in: 0 ... .max))"
            let log = Log(JournalSink(), context: ["process_guid": guid])
            log(.info, "first", ["detail": "two\nlines = 1"])
            log(.error, "second")
            let entries = try await journal.entries(matching: "MARTLET_PROCESS_GUID=\(guid)")
            #expect(entries.map { $0["MESSAGE"] } == ["first", "second"])
            #expect(entries.map { $0["PRIORITY"] } == ["6", "3"])
            #expect(entries.map { $0["SYSLOG_IDENTIFIER"] } == ["martlet", "martlet"])
            #expect(entries.map { $0["MARTLET_DETAIL"] } == ["two\nlines = 1", nil])
        }
    }

    @Test("what nobody logged is no entry")
    func nothing() async throws {
        try await RealJournal.with { journal in
            let field = "MARTLET_PROCESS_GUID=\(UInt64.random(in: 0 ... .max))"
            let entries = try await journal.entries(matching: field)
            #expect(entries.isEmpty)
        }
    }
}
