import Testing

@testable import MartletLinux

@Suite("Raw names")
struct RawNameTests {
    @Test("bytes are kept as they are, NUL is refused")
    func bytes() {
        let odd: [UInt8] = [0xFF, 0x0A, 0x2D]
        #expect(RawName(odd).map { Array($0.bytes) } == odd)
        #expect(RawName([0x61, 0]) == nil)
        #expect(RawName("a").count == 1)
        #expect(RawName([UInt8]()).map(\.isEmpty) == true)
    }

    @Test("paths are put together with slashes, the root is empty")
    func appending() {
        let root: RawName = ""
        #expect(root.appending("a").appending("b") == "a/b")
        #expect(RawName("a") < RawName("b") && RawName("a") < RawName("ab"))
    }
}
