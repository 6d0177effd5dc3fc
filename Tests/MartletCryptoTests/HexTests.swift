import MartletCrypto
import Testing

@Suite("Base 16")
struct HexTests {
    @Test("every byte comes back, and capitals are read")
    func roundTrip() {
        let all = (0...255).map { UInt8($0) }
        #expect(Hex.encode(all).hasPrefix("000102") && Hex.encode(all).hasSuffix("fdfeff"))
        #expect(Hex.decode(Hex.encode(all)) == all)
        #expect(Hex.decode("aBFf") == [0xab, 0xff])
    }

    @Test("anything else is refused", arguments: ["a", "0g", "0x", " 0", "é0", "00 "])
    func refused(text: String) { #expect(Hex.decode(text) == nil) }
}
