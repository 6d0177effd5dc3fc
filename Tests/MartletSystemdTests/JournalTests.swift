import Glibc
import Testing

@testable import MartletSystemd

@Suite("Journal")
struct JournalTests {
    @Test("a missing socket, a plain file and a path that is too long are no journal")
    func absent() {
        #expect(!Journal.isPresent(at: "/nonexistent/socket"))
        #expect(!Journal.isPresent(at: "/etc/passwd"))
        #expect(!Journal.isPresent(at: "/" + String(repeating: "x", count: 200)))
    }

    @Test("a stream is the journal's only when device and inode agree")
    func stream() async {
        await #expect(processExitsWith: .success) {
            unsafe unsetenv("JOURNAL_STREAM")
            precondition(!Journal.isConnected())
            unsafe setenv("JOURNAL_STREAM", "1:2", 1)
            precondition(!Journal.isConnected())
            var status = stat()
            unsafe fstat(2, &status)
            unsafe setenv("JOURNAL_STREAM", "\(status.st_dev):\(status.st_ino)", 1)
            precondition(Journal.isConnected())
        }
    }
}
