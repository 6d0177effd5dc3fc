import MartletModels
import MartletTestSupport
import Testing

@testable import MartletCell

@Suite("Operation queue")
struct OperationQueueTests {
    @Test("one at a time for a container, and a newer one replaces the waiting one")
    func replaces() {
        var queue = OperationQueue()
        let instance = ActualLRPInstanceKey.fixture("a", on: "cell")
        let residual = Operation.residual(.fixture("app"), instance)
        let begun = [
            queue.submit(.container("a")), queue.submit(.container("b")), queue.submit(residual),
            queue.submit(.container("a")),
        ]
        #expect(begun == [true, true, false, false])
        let first = queue.finish(.container("a"))
        #expect(first == .container("a"))
        let waits = queue.submit(residual)
        #expect(!waits)
        let followers = [queue.finish(.container("a")), queue.finish(residual)]
        #expect(followers == [residual, nil])
        let again = queue.submit(.container("a"))
        #expect(again)
    }

    @Test("never two at once, and the last one submitted is always begun", arguments: UInt64(1)...30)
    func properties(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var queue = OperationQueue()
        var running = Set<InstanceGUID>()
        var owed = Set<InstanceGUID>()
        for _ in 0..<300 {
            let id = InstanceGUID("i\(Int.random(in: 0..<4, using: &random))")
            if random.once(in: 2) {
                let begins = queue.submit(.container(id))
                #expect(begins == !running.contains(id))
                if begins { running.insert(id) } else { owed.insert(id) }
            } else if running.contains(id) {
                let next = queue.finish(.container(id))
                #expect((next != nil) == owed.contains(id))
                owed.remove(id)
                if next == nil { running.remove(id) }
            }
        }
    }
}
