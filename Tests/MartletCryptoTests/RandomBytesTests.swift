import MartletCrypto
import Testing

@Suite("Random bytes")
struct RandomBytesTests {
    @Test("are as many as asked for and never the same")
    func differ() {
        #expect(RandomBytes.make(count: 0).isEmpty)
        let drawn = (0..<100).map { _ in RandomBytes.make(count: 16) }
        #expect(drawn.allSatisfy { $0.count == 16 })
        #expect(Set(drawn).count == 100)
    }
}
