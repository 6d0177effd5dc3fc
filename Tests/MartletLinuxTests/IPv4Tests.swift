import MartletLinux
import Testing

@Suite("IPv4")
struct IPv4Tests {
    @Test(
        "addresses as texts",
        arguments: [
            ("127.0.0.1", 0x7f00_0001), ("0.0.0.0", 0), ("255.255.255.255", 0xffff_ffff), ("10.254.0.2", 0x0afe_0002),
            ("1.2.3", nil), ("1.2.3.4.5", nil), ("256.1.1.1", nil), ("01.2.3.4", nil), ("1..2.3", nil),
            ("+1.2.3.4", nil),
            ("", nil), ("a.b.c.d", nil),
        ] as [(String, UInt32?)]
    )
    func addresses(text: String, value: UInt32?) {
        let address = IPv4Address(text)
        #expect(address?.value == value)
        if let address { #expect(address.description == text) }
    }

    @Test(
        "networks as texts",
        arguments: [
            ("10.254.3.7/16", "10.254.0.0/16"), ("10.0.0.1", "10.0.0.1/32"), ("1.2.3.4/0", "0.0.0.0/0"),
            ("1.2.3.4/33", nil), ("1.2.3.4/", nil), ("1.2.3.4/-1", nil), ("/8", nil), ("1.2.3.4/008", nil),
        ] as [(String, String?)]
    )
    func networks(text: String, expected: String?) {
        #expect(IPv4Network(text)?.description == expected)
    }

    @Test("a network is cut into smaller ones")
    func subnets() {
        let pool = IPv4Network(IPv4Address(10, 254, 0, 0), prefix: 16)
        #expect(pool.count(ofPrefix: 30) == 16_384)
        #expect(pool.count(ofPrefix: 8) == 0)
        #expect(pool.subnet(0, prefix: 30).description == "10.254.0.0/30")
        #expect(pool.subnet(16_383, prefix: 30).description == "10.254.255.252/30")
        #expect(pool.contains(IPv4Address(10, 254, 9, 9)) && !pool.contains(IPv4Address(10, 255, 0, 0)))
    }
}
