import MartletAuction
import MartletModels
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("Memory of refusals")
struct RefusalMemoryTests {
    private let now = Timestamp.epoch + .seconds(1_000)

    private func refusals(_ indices: Range<Int>, _ text: String = "full") -> [PlacementRefusal] {
        indices.map { PlacementRefusal(key: .fixture("app", $0), text: text, verdicts: []) }
    }

    @Test("the oldest are forgotten when there are too many instances")
    func instances() {
        var memory = RefusalMemory(keyLimit: 10, verdictLimit: 100)
        memory.remember(refusals(0..<6), verdictCount: 1, at: now, began: now)
        memory.remember(refusals(6..<12), verdictCount: 1, at: now, began: now)
        #expect(memory.all(at: now).keys.map(\.index).sorted() == Array(6..<12))
        memory.remember(refusals(20..<50), verdictCount: 1, at: now, began: now)
        #expect(memory.all(at: now).keys.map(\.index).sorted() == Array(40..<50))
    }

    @Test("the oldest are forgotten when there are too many verdicts, but never the newest")
    func verdicts() {
        var memory = RefusalMemory(keyLimit: 100, verdictLimit: 10)
        memory.remember(refusals(0..<2), verdictCount: 8, at: now, began: now)
        memory.remember(refusals(1..<4, "later"), verdictCount: 40, at: now, began: now)
        #expect(memory.all(at: now).mapValues(\.refusal.text).count == 3)
        #expect(memory.refusals(of: [.fixture("app", 1)], at: now).values.map(\.refusal.text) == ["later"])
    }

    @Test("what was placed is forgotten, and what is so old that it cannot wait any more is not told")
    func forget() {
        var memory = RefusalMemory()
        memory.remember(refusals(0..<3), verdictCount: 1, at: now, began: now)
        memory.forget([.fixture("app", 1)])
        #expect(memory.all(at: now).keys.map(\.index).sorted() == [0, 2])
        let later = now + RefusalMemory.lifetime + .seconds(1)
        #expect(memory.all(at: later).isEmpty)
        memory.remember(refusals(7..<8), verdictCount: 1, at: later, began: later)
        #expect(memory.count == 1)
    }
}
