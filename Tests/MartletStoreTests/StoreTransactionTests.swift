import MartletModels
import MartletSQL
import Testing

@testable import MartletStore

@Suite("A turn of several verbs")
struct StoreTransactionTests {
    @Test("a refused attempt is undone with its events, and the turn goes on")
    func attempt() async throws {
        let test = try TestStore()
        let outcomes = try await test.store.write { (transaction) throws(StoreError) in
            let first = transaction.attempt { (transaction) throws(StoreError) in try transaction.desire(lrp()) }
            let refused = transaction.attempt { (transaction) throws(StoreError) in
                try transaction.update(app, DesiredLRPUpdate(instances: 2))
                try transaction.unclaim(key)
            }
            let second = transaction.attempt { (transaction) throws(StoreError) in
                try transaction.attempt { (transaction) throws(StoreError) in try transaction.claim(key, by: mine) }
                    .get()
            }
            return [(try? first.get()) != nil, (try? refused.get()) != nil, (try? second.get()) != nil]
        }
        #expect(outcomes == [true, false, true])
        #expect(try await test.store.actualLRPs().map(\.state) == [.claimed(mine)])
        #expect(try await test.store.events(after: 0).map(\.number) == [1, 2, 3])
    }

    @Test("a transaction that SQLite has ended is over, even for who goes on after a failed attempt")
    func full() async throws {
        let test = try TestStore()
        try await test.store.desire(lrp())
        let before = try await test.store.actualLRPs()
        try await test.store.limitSize(pages: 1)
        await #expect(throws: StoreError.self) {
            try await test.store.write { (transaction) throws(StoreError) in
                try transaction.claim(key, by: mine)
                _ = transaction.attempt { (transaction) throws(StoreError) in
                    try transaction.releaseBrake(by: String(repeating: "x", count: 100_000))
                }
                _ = transaction.attempt { (transaction) throws(StoreError) in
                    try transaction.crash(key, mine, reason: "")
                }
                _ = try? transaction.upsertDomain(domain, timeToLiveSeconds: 0)
            }
        }
        #expect(try await test.store.actualLRPs() == before)
        #expect(try await test.store.freshDomains() == [])
        try await test.store.limitSize(pages: 1 << 20)
        try await test.store.claim(key, by: mine)
        #expect(try await test.store.events(after: 0).map(\.number) == [1, 2, 3])
    }

    @Test("a store may be opened with a limit of its size, and says what to do when that is reached")
    func maximum() async throws {
        var configuration = TestStore.configuration(TestTime())
        configuration.maximumBytes = 400_000
        let store = try Store.open(path: ":memory:", configuration)
        var wanted = lrp()
        wanted.annotation = String(repeating: "x", count: 10_000)
        var refusal: StoreError?
        for number in 0..<100 where refusal == nil {
            wanted.processGUID = ProcessGUID("app-\(number)")
            do throws(StoreError) { try await store.desire(wanted) } catch { refusal = error }
        }
        guard case .full(let text) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(text.contains("free space") && refusal?.isVisibleToClients == false)
        #expect(try await store.desiredLRPs().count > 5)
    }
}
