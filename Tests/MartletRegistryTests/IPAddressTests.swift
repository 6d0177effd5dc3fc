import Testing

@testable import MartletRegistry

@Suite("IP addresses")
struct IPAddressTests {
    @Test(
        "are read to bytes",
        arguments: [
            ("0.0.0.0", [0, 0, 0, 0]), ("10.1.2.255", [10, 1, 2, 255]),
            ("::", Array(repeating: 0, count: 16)),
            ("::1", Array(repeating: 0, count: 15) + [1]),
            ("1::", [0, 1] + Array(repeating: 0, count: 14)),
            ("2001:DB8::f:0", [0x20, 1, 0x0d, 0xb8] + Array(repeating: 0, count: 9) + [15, 0, 0]),
            ("::ffff:1.2.3.4", Array(repeating: 0, count: 10) + [255, 255, 1, 2, 3, 4]),
            ("1:2:3:4:5:6:7:8", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]),
            ("1:2:3:4:5:6:1.2.3.4", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 1, 2, 3, 4]),
        ] as [(String, [UInt8])]
    )
    func read(text: String, bytes: [UInt8]) { #expect(IPAddress(text)?.bytes == bytes) }

    @Test(
        "that are incomplete or ambiguous are refused",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.a", "+1.2.3.4", ":", ":::", "1::2::3",
            "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", ":1", "1:", "::1.2.3", "1.2.3.4::", "::1%lo",
        ]
    )
    func refused(text: String) { #expect(IPAddress(text) == nil) }

    @Test("belong to a block when its first bits are theirs")
    func blocks() throws {
        let network = try #require(IPAddress("10.32.0.0"))
        #expect(try #require(IPAddress("10.63.1.1")).isIn(network, prefixLength: 11))
        #expect(try !#require(IPAddress("10.64.1.1")).isIn(network, prefixLength: 11))
        #expect(try #require(IPAddress("99.0.0.1")).isIn(network, prefixLength: 0))
        #expect(try !#require(IPAddress("::1")).isIn(network, prefixLength: 0))
    }
}
