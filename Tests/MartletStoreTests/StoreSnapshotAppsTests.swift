import MartletModels
import Testing

@testable import MartletStore

@Suite("Apps")
struct StoreSnapshotAppsTests {
    private func record(_ guid: String, _ name: String) -> AppRecord {
        AppRecord(
            guid: guid,
            name: name,
            processGUID: ProcessGUID("\(guid)-1"),
            createdAt: .epoch,
            updatedAt: Timestamp(nanoseconds: 5),
            definition: Array("{}".utf8)
        )
    }

    @Test("an app is found by its name, which no other may have")
    func names() async throws {
        let store = try Store.open(path: ":memory:", TestStore.configuration(TestTime()))
        let (first, second) = (record("g1", "web"), record("g2", "web"))
        try await store.write { (transaction) throws(StoreError) in try transaction.saveApp(first) }
        await #expect(throws: StoreError.alreadyExists("app web")) {
            try await store.write { (transaction) throws(StoreError) in try transaction.saveApp(second) }
        }
        #expect(try await store.read { (snapshot) throws(StoreError) in try snapshot.apps() } == [first])
        try await store.write { (transaction) throws(StoreError) in try transaction.removeApp(guid: "g1") }
        #expect(try await store.read { (snapshot) throws(StoreError) in try snapshot.app(named: "web") } == nil)
        await #expect(throws: StoreError.notFound("app g1")) {
            try await store.write { (transaction) throws(StoreError) in try transaction.removeApp(guid: "g1") }
        }
    }

    @Test("an app is found by any version of its process")
    func owning() async throws {
        let store = try Store.open(path: ":memory:", TestStore.configuration(TestTime()))
        let (short, long) = (record("a", "short"), record("a-b", "long"))
        try await store.write { (transaction) throws(StoreError) in
            try transaction.saveApp(short)
            try transaction.saveApp(long)
        }
        func owner(_ guid: String) async throws -> String? {
            try await store.read { (snapshot) throws(StoreError) in try snapshot.app(owning: ProcessGUID(guid))?.name }
        }
        #expect(try await owner("a-v1") == "short")
        #expect(try await owner("a-b-c-d") == "long")
        #expect(try await owner("a") == nil)
        #expect(try await owner("b-a") == nil)
        #expect(try await owner("a-" + String(repeating: "-", count: 300_000)) == nil)
    }
}
