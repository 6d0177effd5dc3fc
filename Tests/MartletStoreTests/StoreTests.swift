import Dispatch
import Glibc
import MartletLinux
import MartletModels
import MartletSQL
import Testing

@testable import MartletStore

@Suite("Store")
struct StoreTests {
    private typealias Verb = @Sendable (inout StoreTransaction) throws(StoreError) -> Void

    private func desiring(_ guid: String) -> Verb {
        { (transaction) throws(StoreError) in _ = try transaction.desire(lrp(guid)) }
    }

    /// Two verbs as one: the first alone would always succeed.
    private func claiming(by instance: ActualLRPInstanceKey, declaring name: String) -> Verb {
        { (transaction) throws(StoreError) in
            _ = try transaction.upsertDomain(DomainName(name), timeToLiveSeconds: 0)
            _ = try transaction.claim(key, by: instance)
        }
    }

    /// Runs `verbs` at once while the writer is held up, so that they end up in one turn.
    private func together(
        _ store: Store,
        _ verbs: [Verb]
    ) async throws -> [StoreError?] {
        let gate = DispatchSemaphore(value: 0)
        let isHeld = Locked(false)
        return try await withThrowingTaskGroup { group in
            group.addTask {
                try await store.write { _ in
                    isHeld.withLock { $0 = true }
                    gate.wait()
                }
                return (-1, nil as StoreError?)
            }
            while !isHeld.withLock({ $0 }) { await Task.yield() }
            for (index, verb) in verbs.enumerated() {
                group.addTask {
                    do throws(StoreError) { try await store.write(verb) } catch { return (index, error) }
                    return (index, nil)
                }
            }
            while store.waitingCount < verbs.count { await Task.yield() }
            gate.signal()
            return try await group.reduce(into: [Int: StoreError?]()) { $0[$1.0] = .some($1.1) }
                .filter { $0.key >= 0 }.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    @Test("verbs that wait together are committed together")
    func groupCommit() async throws {
        let test = try TestStore()
        let verbs = (0..<100).map { desiring("app-\($0)") }
        let errors = try await together(test.store, verbs)
        #expect(errors.allSatisfy { $0 == nil })
        #expect(await test.store.commitCount == 2)
        #expect(try await test.store.desiredLRPs().count == 100)
        #expect(try await test.store.events(after: 0).map(\.number) == Array(1...200))
    }

    @Test("of many claims in one turn one wins, and the refused ones cost their neighbours nothing")
    func neighbours() async throws {
        let test = try TestStore()
        try await test.store.desire(lrp())
        let number = try await test.store.lastEventNumber()
        let claims = (0..<20).map { index in
            let instance = ActualLRPInstanceKey(instanceGUID: InstanceGUID("i-\(index)"), cellID: CellID("c"))
            return claiming(by: instance, declaring: "d-\(index)")
        }
        let errors = try await together(test.store, claims)
        #expect(errors.filter { $0 == nil }.count == 1)
        #expect(
            errors.compactMap(\.self) == Array(repeating: .refused(.cannotBeClaimed(key, while: .claimed)), count: 19)
        )
        #expect(try await test.store.freshDomains().count == 1)
        #expect(try await test.store.events(after: number).map(\.number) == [number + 1, number + 2])
    }

    @Test("a full disk undoes the turn, says so, and the store goes on when there is room again")
    func fullDisk() async throws {
        let test = try TestStore()
        try await test.store.desire(lrp("small"))
        try await test.store.limitSize(pages: 1)
        var large = lrp("large")
        large.annotation = String(repeating: "x", count: 10_000)
        let wanted = large
        let error = await #expect(throws: StoreError.self) { try await test.store.desire(wanted) }
        #expect(error?.name == "full" && error?.needsOperator == true)
        #expect(try await test.store.desiredLRPs().map(\.processGUID) == [ProcessGUID("small")])
        #expect(try await test.store.lastEventNumber() == 2)
        try await test.store.limitSize(pages: 1 << 30)
        try await test.store.desire(wanted)
        #expect(try await test.store.events(after: 2).map(\.number) == [3, 4])
    }

    @Test("what was answered is there after a crash: files copied while the store is open")
    func reopen() async throws {
        let test = try TestStore()
        try await test.store.desire(lrp(instances: 3))
        try await test.store.start(key, running(mine))
        let copy = test.path + "-copy"
        defer { for suffix in ["", "-wal", "-shm"] { try? Files.removeFile(copy + suffix) } }
        for suffix in ["", "-wal"] { try Files.replace(copy + suffix, with: try Files.read(test.path + suffix)) }
        let reopened = try Store.open(path: copy, TestStore.configuration(test.time))
        #expect(try await reopened.desiredLRPs() == test.store.desiredLRPs())
        #expect(try await reopened.actualLRPs() == test.store.actualLRPs())
        #expect(try await reopened.events(after: 0) == test.store.events(after: 0))
        try await reopened.upsertDomain(domain, timeToLiveSeconds: 0)
        #expect(try await reopened.lastEventNumber() == test.store.lastEventNumber() + 1)
    }

    @Test("a file of a newer version is refused")
    func newerSchema() async throws {
        let test = try TestStore()
        try Connection(path: test.path).execute("PRAGMA user_version=99")
        let error = #expect(throws: StoreError.self) {
            try Store.open(path: test.path, TestStore.configuration(test.time))
        }
        #expect(error?.name.contains("schema 99") == true)
    }

    @Test("a store in memory answers like one on disk")
    func memory() async throws {
        let store = try Store.open(path: ":memory:", TestStore.configuration(TestTime()))
        let outcome = try await store.desire(lrp())
        #expect(try await store.desiredLRPs() == [outcome.change.after])
        #expect(try await store.featureFlag(.diegoDocker).enabled == false)
    }

    @Test("a subscription begins right behind a known number and misses nothing")
    func subscription() async throws {
        let test = try TestStore()
        try await test.store.desire(lrp())
        let subscription = await test.store.subscribe()
        try await test.store.claim(key, by: mine)
        try await test.store.removeDesiredLRP(app)
        await test.store.closeSubscriptions()
        let heard = await subscription.events.reduce(into: []) { $0.append($1) }
        #expect(subscription.lastNumber == 2)
        #expect(heard == (try await test.store.events(after: 2)))
        #expect(heard.map(\.number) == [3, 4])
    }

    @Test("a slow reader gets what was buffered, then the end, and holds up nobody")
    func slowReader() async throws {
        let test = try TestStore()
        let slow = await test.store.subscribe(bufferLimit: 2)
        let quick = await test.store.subscribe()
        for index in 0..<4 { try await test.store.upsertDomain(DomainName("d-\(index)"), timeToLiveSeconds: 0) }
        #expect(await slow.events.reduce(into: []) { $0.append($1.number) } == [1, 2])
        await test.store.closeSubscriptions()
        #expect(await quick.events.reduce(into: []) { $0.append($1.number) } == [1, 2, 3, 4])
    }

    @Test("old events go, the newest stay, and the numbers go on")
    func retention() async throws {
        let test = try TestStore(eventLimit: 5)
        for index in 0..<20 { try await test.store.upsertDomain(DomainName("d-\(index)"), timeToLiveSeconds: 0) }
        #expect(try await test.store.events(after: 0).map(\.number) == [16, 17, 18, 19, 20])
        let reopened = try Store.open(path: test.path, TestStore.configuration(test.time, eventLimit: 1))
        try await reopened.upsertDomain(domain, timeToLiveSeconds: 0)
        #expect(try await reopened.events(after: 0).map(\.number) == [21])
    }

    @Test("the newest event says when it was written, for the clock of the next start")
    func lastEventTime() async throws {
        let test = try TestStore()
        #expect(try await test.store.read { (snapshot) throws(StoreError) in try snapshot.lastEventTime() } == nil)
        _ = try await test.store.desire(lrp("first"))
        test.time.advance(by: .seconds(60))
        _ = try await test.store.desire(lrp("second"))
        let newest = test.time.now
        test.time.advance(by: .seconds(60))
        #expect(try await test.store.read { (snapshot) throws(StoreError) in try snapshot.lastEventTime() } == newest)
    }
}
