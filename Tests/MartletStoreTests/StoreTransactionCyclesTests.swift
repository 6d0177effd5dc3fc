import MartletModels
import Testing

@testable import MartletStore

@Suite("Records of cycles")
struct StoreTransactionCyclesTests {
    @Test("cycles are read from either end, and the oldest go")
    func cycles() async throws {
        let test = try TestStore()
        let store = test.store
        let last = StoreTransaction.cycleLimit + 5
        #expect(try await store.read { (snapshot) throws(StoreError) in try snapshot.lastCycleNumber() } == 0)
        let now = test.time.now
        try await store.write { (transaction) throws(StoreError) in
            for number in 1...last {
                try transaction.keepCycle(number: number, startedAt: now, record: [UInt8(number % 256)])
            }
        }
        try await store.read { (snapshot) throws(StoreError) in
            #expect(try snapshot.lastCycleNumber() == last)
            #expect(try snapshot.cycles(newest: 2).map(\.number) == [last, last - 1])
            #expect(try snapshot.cycles(newest: 1).map(\.record) == [[UInt8(last % 256)]])
            #expect(try snapshot.cycles(after: 0, limit: 2).map(\.number) == [6, 7])
            #expect(try snapshot.cycles(after: last, limit: 2).isEmpty)
        }
    }
}
