import MartletTestSupport
import Testing

@Suite("A real journald", .timeLimit(.minutes(2)))
struct JournaldTests {
    @Test("what another process logs is read back by its fields")
    func otherProcess() async throws {
        try await RealJournal.with { journal in
            let guid = "guid-\(UInt64.random(in: 0 ... .max))"
            let entry = "MESSAGE=from outside\nMARTLET_PROCESS_GUID=\(guid)\nPRIORITY=5\n"
            try await SystemTool.run(["logger", "--journald"], input: Array(entry.utf8))
            let entries = try await journal.entries(matching: "MARTLET_PROCESS_GUID=\(guid)")
            #expect(entries.map { $0["MESSAGE"] } == ["from outside"])
            #expect(entries.map { $0["_TRANSPORT"] } == ["journal"])
        }
    }

    @Test("it serves until its last user is done")
    func shared() async throws {
        try await RealJournal.with { outer in
            try await RealJournal.with { _ in }
            let guid = "guid-\(UInt64.random(in: 0 ... .max))"
            let entry = "MESSAGE=still here\nMARTLET_CELL=\(guid)\n"
            try await SystemTool.run(["logger", "--journald"], input: Array(entry.utf8))
            let entries = try await outer.entries(matching: "MARTLET_CELL=\(guid)")
            #expect(entries.map { $0["MESSAGE"] } == ["still here"])
        }
    }
}
