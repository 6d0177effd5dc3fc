import MartletModels
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("UpdateQueue")
struct UpdateQueueTests {
    private func order(_ instance: String, on cell: String = "a", trace: String = "") -> UpdateOrder {
        UpdateOrder(key: .fixture("app"), instance: .fixture(instance, on: cell), traceID: trace)
    }

    @Test("orders of a cell come in turn, and an instance that waits is told once")
    func order() async {
        let queue = UpdateQueue()
        #expect(await queue.add(order("1")))
        #expect(await queue.add(order("2")))
        #expect(await !queue.add(order("1", trace: "newer")))
        #expect(await queue.next(on: "a", after: nil) == order("1", trace: "newer"))
        #expect(await queue.next(on: "a", after: order("1")) == order("2"))
        #expect(await queue.next(on: "a", after: order("2")) == nil)
    }

    @Test("an instance that is being told is told again only afterwards")
    func underWay() async {
        let queue = UpdateQueue()
        #expect(await queue.add(order("1")))
        #expect(await queue.next(on: "a", after: nil) == order("1"))
        #expect(await queue.add(order("1")))
        #expect(await queue.next(on: "a", after: nil) == nil)
        #expect(await queue.next(on: "a", after: order("1")) == order("1"))
        #expect(await queue.next(on: "a", after: order("1")) == nil)
        #expect(await queue.add(order("1")))
    }

    @Test("a cell has a bounded number of workers, and others have their own")
    func workers() async {
        let queue = UpdateQueue()
        for number in 0..<UpdateQueue.workersPerCell { #expect(await queue.add(order("\(number)"))) }
        #expect(await !queue.add(order("one too many")))
        #expect(await queue.add(order("1", on: "b")))
    }

    @Test(
        "whatever comes when, nothing is lost and no instance is told twice at a time",
        arguments: 0..<100 as Range<UInt64>
    )
    func property(seed: UInt64) async {
        var random = SplitMix64(seed: seed)
        let queue = UpdateQueue()
        var starting = 0
        var busy: [UpdateOrder] = []
        var open: Set<ActualLRPInstanceKey> = []
        func take(after done: UpdateOrder?) async {
            guard let next = await queue.next(on: "a", after: done) else { return }
            #expect(!busy.contains { $0.instance == next.instance })
            open.remove(next.instance)
            busy.append(next)
        }
        for step in 0..<400 {
            switch Int.random(in: 0..<(step < 300 ? 3 : 2), using: &random) {
            case 0 where starting > 0:
                starting -= 1
                await take(after: nil)
            case 1 where !busy.isEmpty:
                await take(after: busy.remove(at: Int.random(in: 0..<busy.count, using: &random)))
            case 2:
                let new = order("\(Int.random(in: 0..<20, using: &random))")
                open.insert(new.instance)
                if await queue.add(new) { starting += 1 }
            default: break
            }
            #expect(busy.count + starting <= UpdateQueue.workersPerCell)
        }
        while starting > 0 || !busy.isEmpty {
            if starting > 0 {
                starting -= 1
                await take(after: nil)
            } else {
                await take(after: busy.removeLast())
            }
        }
        #expect(open.isEmpty)
    }
}
