import Glibc
import MartletContainers
import MartletLinux
import MartletLog
import MartletModels
import Testing

@Suite("Containers with a real runtime", .enabled(if: ContainersFixture.available), .timeLimit(.minutes(2)))
struct ContainersTests {
    @Test("a process runs, writes, and ends with its code")
    func runs() async throws {
        try await ContainersFixture.with { cell in
            let container = try await cell.create("one") { $0.environment = [.init("GREETING", "hello")] }
            let (text, status) = try await cell.shell(
                "echo $GREETING; echo problem >&2; hostname; exit 7",
                in: container.id
            )
            #expect(text == "hello\nproblem\none\n")
            #expect(status.code == 7)
            #expect(!status.lost && !status.outOfMemory && status.signal == nil)
        }
    }
}
