import MartletContainers
import MartletTestSupport
import Testing

@Suite("Output in journald", .enabled(if: ContainersFixture.available), .timeLimit(.minutes(2)))
struct ContainersJournalTests {
    @Test("output goes to journald and to the file, with the container's name and the process's tag")
    func both() async throws {
        try await RealJournal.with { journal in
            try await ContainersFixture.with({ $0.journal = true }) { cell in
                let container = try await cell.create("journal-\(cell.name)")
                var process = ProcessSpec(path: "sh", args: ["-c", "echo to both; echo wrong >&2"])
                process.logTag = "APP/PROC/WEB/0"
                let running = try await cell.containers.run(process, in: container.id)
                var lines: [String] = []
                for await line in running.output() { lines.append(line.text) }
                #expect(lines.sorted() == ["to both", "wrong"])
                let entries = try await journal.entries(matching: "CONTAINER_NAME=\(container.id)")
                // With two drivers the supervisor leaves the line feed on.
                #expect(entries.compactMap { $0["MESSAGE"] }.sorted() == ["to both\n", "wrong\n"])
                #expect(entries.allSatisfy { $0["CONTAINER_TAG"] == "APP/PROC/WEB/0" })
                #expect(Set(entries.compactMap { $0["PRIORITY"] }) == ["3", "6"])
            }
        }
    }
}
