import Testing

@testable import MartletLinux

@Suite("Netlink messages")
struct NetlinkMessageTests {
    @Test("raising a link")
    func up() {
        #expect(
            NetlinkMessage.up(7).finished(sequence: 3) == [
                32, 0, 0, 0, 16, 0, 5, 0, 3, 0, 0, 0, 0, 0, 0, 0,
                0, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0,
            ]
        )
    }

    @Test("an address")
    func address() {
        let message = NetlinkMessage.address(IPv4Address(10, 254, 0, 1), prefix: 30, on: 258)
        #expect(
            message.finished(sequence: 1) == [
                40, 0, 0, 0, 20, 0, 5, 6, 1, 0, 0, 0, 0, 0, 0, 0,
                2, 30, 0, 0, 2, 1, 0, 0,
                8, 0, 2, 0, 10, 254, 0, 1, 8, 0, 1, 0, 10, 254, 0, 1,
            ]
        )
    }

    @Test("nested attributes have their own lengths, padded to four bytes")
    func veth() {
        let bytes = NetlinkMessage.veth("wab", peer: "eth0", namespace: 9, mtu: 1400).finished(sequence: 1)
        #expect(bytes.count % 4 == 0 && Int(bytes[0]) == bytes.count)
        let name: [UInt8] = [8, 0, 3, 0, 0x77, 0x61, 0x62, 0]
        #expect(Array(bytes[32..<40]) == name)
        let info = 48
        #expect(bytes[info + 2] == 18 && Int(bytes[info]) == bytes.count - info)
        let kind: [UInt8] = [8, 0, 1, 0] + Array("veth".utf8)
        #expect(Array(bytes[(info + 4)..<(info + 12)]) == kind)
        let peerName: [UInt8] = [9, 0, 3, 0] + Array("eth0".utf8) + [0, 0, 0, 0]
        #expect(Array(bytes[(info + 36)..<(info + 48)]) == peerName)
    }
}
