import Glibc
import MartletLinux
import Testing

@Suite("nftables with real tables")
struct NFTablesTests {
    @Test("works however many descriptors the process has open")
    func manyDescriptors() throws {
        let opened = (0..<1_100).map { _ in unsafe open("/dev/null", O_RDONLY | O_CLOEXEC) }
        defer { for descriptor in opened where descriptor >= 0 { close(descriptor) } }
        try #require((opened.max() ?? 0) > 1_024)
        let table = "martlet_test_\(getpid())"
        let nftables = try NFTables()
        try nftables.run("add table ip \(table)\n")
        #expect(try nftables.run("list tables\n").contains("table ip \(table)"))
        try nftables.run("delete table ip \(table)\n")
        #expect(try !nftables.run("list tables\n").contains(table))
    }

    @Test("a refused transaction says why and leaves nothing")
    func refused() throws {
        let table = "martlet_refused_\(getpid())"
        let nftables = try NFTables()
        let error = #expect(throws: NFTablesError.self) {
            try nftables.run("add table ip \(table)\nadd rule ip \(table) nowhere accept\n")
        }
        #expect(error?.message.contains("No such file or directory") == true, "\(String(describing: error))")
        #expect(try !nftables.run("list tables\n").contains(table))
    }
}
