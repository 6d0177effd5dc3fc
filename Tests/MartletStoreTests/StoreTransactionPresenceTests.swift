import MartletModels
import Testing

@testable import MartletStore

@Suite("Lost and returning cells")
struct StoreTransactionPresenceTests {
    /// `app/0` runs as `mine`, whose cell is lost, and waits for a replacement.
    private func suspected() async throws -> TestStore {
        let test = try TestStore()
        try await test.store.desire(lrp())
        try await test.store.start(key, running(mine))
        try await test.store.suspect(key, lostCell: mine.cellID)
        return test
    }

    private func rows(_ test: TestStore) async throws -> [String] {
        try await test.store.actualLRPs().map { "\($0.presence) \($0.state.name.rawValue)" }
    }

    @Test("an instance on a lost cell becomes suspect and gets a replacement; its tag stays")
    func suspect() async throws {
        let test = try TestStore()
        try await test.store.desire(lrp())
        let started = try #require(try await test.store.start(key, running(mine)).first?.after)
        let number = try await test.store.lastEventNumber()
        let changes = try await test.store.suspect(key, lostCell: mine.cellID)
        #expect(try await rows(test) == ["ordinary UNCLAIMED", "suspect RUNNING"])
        let suspect = try #require(changes.first?.after)
        let replacement = try #require(changes.last?.after)
        #expect(suspect.modificationTag == started.modificationTag)
        #expect(
            try await test.store.events(after: number).map(\.event) == [
                .lrp(.actualLRPChanged(before: started, after: suspect)), .lrp(.actualLRPCreated(replacement)),
            ]
        )
    }

    @Test("an instance that has moved meanwhile is left alone")
    func moved() async throws {
        let test = try TestStore()
        try await test.store.desire(lrp())
        #expect(try await test.store.suspect(key, lostCell: mine.cellID).isEmpty)
        try await test.store.start(key, running(other))
        #expect(try await test.store.suspect(key, lostCell: mine.cellID).isEmpty)
        #expect(try await rows(test) == ["ordinary RUNNING"])
    }

    @Test("claims and starts of a suspect instance are accepted and ignored")
    func ignored() async throws {
        let test = try await suspected()
        let before = try await test.store.actualLRPs()
        #expect(try await test.store.claim(key, by: mine).isEmpty)
        #expect(try await test.store.start(key, running(mine)).isEmpty)
        #expect(try await test.store.actualLRPs() == before)
    }

    @Test("a suspect instance that crashes only disappears")
    func crash() async throws {
        let test = try await suspected()
        let result = try await test.store.crash(key, mine, reason: "boom")
        #expect(result.outcome == nil && result.change.after == nil)
        #expect(try await rows(test) == ["ordinary UNCLAIMED"])
    }

    @Test("a replacement that starts is told before the suspect instance goes")
    func replaced() async throws {
        let test = try await suspected()
        let number = try await test.store.lastEventNumber()
        let changes = try await test.store.start(key, running(other))
        #expect(try await rows(test) == ["ordinary RUNNING"])
        #expect(changes.map { $0.after == nil } == [false, true])
        let kinds = try await test.store.events(after: number).map { StoredEvent($0.event).kind }
        #expect(kinds == ["actual_lrp_instance_changed", "actual_lrp_instance_removed"])
        await #expect(throws: StoreError.refused(.cannotBeStarted(key, while: .running))) {
            try await test.store.start(key, running(mine))
        }
    }

    @Test("a cell that returns in time gets its instance back")
    func restore() async throws {
        let test = try await suspected()
        #expect(try await test.store.restore(key, returnedCell: other.cellID).isEmpty)
        try await test.store.restore(key, returnedCell: mine.cellID)
        #expect(try await rows(test) == ["ordinary RUNNING"])
        #expect(try await test.store.actualLRPs().first?.instanceKey == mine)
    }

    @Test("a replacement that is lost too is unclaimed, and the first instance stays suspect")
    func lostTwice() async throws {
        let test = try await suspected()
        try await test.store.claim(key, by: other)
        try await test.store.suspect(key, lostCell: other.cellID)
        #expect(try await rows(test) == ["ordinary UNCLAIMED", "suspect RUNNING"])
    }
}
