import Glibc
import MartletLinux
import Testing

@Suite("Namespaces and links", .enabled(if: getuid() == 0), .timeLimit(.minutes(1)))
struct NamespaceTests {
    private let tag = String(UInt32.random(in: 0...UInt32.max), radix: 36)

    @Test("a pair is bound, linked, reached through a socket of its own, and removed")
    func pair() async throws {
        let directory = "/run/martlet-ns-\(tag)"
        try Files.makeDirectories(directory)
        let file = "\(directory)/network"
        let pair = try NamespacePair(idRange: IDRange(base: 65_536 * 40))
        try NamespacePair.bind(pair.network, to: file)
        let second = UInt8.random(in: 128...191)
        let network = IPv4Network(IPv4Address(10, second, UInt8.random(in: 0...255), 0), prefix: 30)
        let link = ContainerLink(hostInterface: "mt\(tag)", network: network, mtu: 1400)
        try link.create(in: pair.network)
        #expect(ContainerLink.exists(link.hostInterface))
        #expect(Interfaces.name(having: link.hostAddress) == link.hostInterface)
        #expect(Interfaces.mtu(towards: link.hostAddress) == 1400)
        do throws(Errno) {
            _ = try await Socket.connectTCP(
                inNamespaceAt: file,
                to: link.containerAddress,
                port: 9,
                timeout: .seconds(5)
            )
            Issue.record("nobody listens there")
        } catch {
            #expect(error.code == ECONNREFUSED)
        }
        try ContainerLink.remove(link.hostInterface)
        try ContainerLink.remove(link.hostInterface)
        #expect(!ContainerLink.exists(link.hostInterface))
        try NamespacePair.unbind(file)
        try NamespacePair.unbind(file)
        try FileTree.remove(directory)
    }

    @Test("a refused request names itself")
    func refusal() throws {
        let pair = try NamespacePair(idRange: IDRange(base: 65_536 * 41))
        let network = IPv4Network(IPv4Address(10, 200, 0, 0), prefix: 30)
        let link = ContainerLink(hostInterface: "lo", network: network, mtu: 1400)
        do throws(Errno) {
            try link.create(in: pair.network)
            Issue.record("lo exists")
        } catch {
            #expect(error == Errno(EEXIST, "create lo, request 1 of 1"))
        }
    }

    @Test("a transaction of the firewall is applied whole or not at all")
    func firewall() throws {
        let tables = try NFTables()
        let table = "martlet_test_\(tag)"
        defer { _ = try? tables.run("delete table ip \(table)\n") }
        try tables.run("add table ip \(table)\n")
        #expect(throws: NFTablesError.self) {
            try tables.run("add chain ip \(table) first\nadd rule ip \(table) second accept\n")
        }
        #expect(try !tables.run("list table ip \(table)\n").contains("first"))
    }
}
