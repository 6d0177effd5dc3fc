import MartletLinux
import Testing

@testable import MartletContainers

@Suite("Names")
struct ContainerIDTests {
    @Test("ids that can name files and groups", arguments: ["a", "4a5b-6c7d_8.9", "Z0"])
    func good(text: String) {
        #expect(ContainerID(text)?.rawValue == text)
    }

    @Test(
        "ids that cannot",
        arguments: ["", ".", "..", "-a", "a/b", "a b", "\u{e4}", "a\n", String(repeating: "a", count: 121)]
    )
    func bad(text: String) {
        #expect(ContainerID(text) == nil)
    }

    @Test("two cells of one machine share no name")
    func cells() {
        let one = ContainersConfiguration(name: "cell-1", stateDirectory: "/s", runDirectory: "/r")
        let two = ContainersConfiguration(name: "cell-2", stateDirectory: "/s", runDirectory: "/r")
        #expect(one.firewallTable == "martlet_cell_1" && two.firewallTable == "martlet_cell_2")
        #expect(one.cgroupParent == "/martlet-cell-1")
        #expect(one.interfacePrefix != two.interfacePrefix && one.interfacePrefix.utf8.count == 4)
    }

    @Test("traffic is read from eth0")
    func traffic() throws {
        let text = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
              eth0:    1234      12    0    0    0     0          0         0     5678      34    0    0    0     0       0          0
            """
        let counters = try #require(Containers.traffic(text))
        #expect(counters == (1234, 5678))
        #expect(Containers.traffic("eth0: x") == nil)
    }
}
