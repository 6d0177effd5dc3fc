import MartletRegistry
import Testing

@testable import MartletImages

@Suite("Chain id")
struct ChainIDTests {
    @Test("as the OCI specification computes it")
    func chain() throws {
        let one = Digest(of: Array("one".utf8))
        let two = Digest(of: Array("two".utf8))
        let second = Digest(of: Array("\(one) \(two)".utf8))
        let third = Digest(of: Array("\(second) \(two)".utf8))
        #expect(ChainID.chain([one, two, two]) == [one, second, third].map { ChainID($0) })
        #expect(ChainID.chain([]) == [])
        #expect(ChainID.chain([two, one])[1] != ChainID.chain([one, two])[1])
    }
}
