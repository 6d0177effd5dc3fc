import MartletModels
import Testing

@testable import MartletStore

/// The states of an ordinary row from which the table of BBS section 5.2 starts.
enum From: CaseIterable {
    case noRow, unclaimed, claimedMine, claimedOther, runningMine, runningOther, crashed
}

@Suite("Verbs of actual LRPs")
struct StoreTransactionActualLRPsTests {
    /// A store whose record `app/0` is in that state.
    private func store(_ from: From) async throws -> TestStore {
        let test = try TestStore()
        guard from != .noRow else { return test }
        try await test.store.desire(lrp())
        switch from {
        case .noRow, .unclaimed: break
        case .claimedMine: try await test.store.claim(key, by: mine)
        case .claimedOther: try await test.store.claim(key, by: other)
        case .runningMine: try await test.store.start(key, running(mine))
        case .runningOther: try await test.store.start(key, running(other))
        case .crashed:
            for _ in 1...3 {
                try await test.store.claim(key, by: mine)
                try await test.store.crash(key, mine, reason: "boom")
            }
        }
        test.time.advance(by: .seconds(1))
        return test
    }

    /// What became of the record, in one line; or why the verb was refused.
    private func outcome(_ from: From, _ verb: (Store) async throws(StoreError) -> Void) async throws -> String {
        let test = try await store(from)
        let before = try await test.store.actualLRPs()
        do throws(StoreError) { try await verb(test.store) } catch {
            #expect(try await test.store.actualLRPs() == before, "a refused verb changes nothing")
            return error.name
        }
        guard let after = try await test.store.actualLRPs().first else { return "gone" }
        if before == [after] { return "same" }
        #expect(after.since == test.time.now)
        return [after.state.name.rawValue, after.instanceKey?.instanceGUID.rawValue].compactMap(\.self)
            .joined(separator: " ")
    }

    @Test(
        "claim follows the table",
        arguments: [
            (.noRow, "not found"), (.unclaimed, "CLAIMED i-1"), (.claimedMine, "same"),
            (.claimedOther, "cannot be claimed"), (.runningMine, "CLAIMED i-1"),
            (.runningOther, "cannot be claimed"), (.crashed, "cannot be claimed"),
        ] as [(From, String)]
    )
    func claim(from: From, expected: String) async throws {
        let found = try await outcome(from) { (store) throws(StoreError) in try await store.claim(key, by: mine) }
        #expect(found == expected)
    }

    @Test(
        "start follows the table",
        arguments: [
            (.noRow, "RUNNING i-1"), (.unclaimed, "RUNNING i-1"), (.claimedMine, "RUNNING i-1"),
            (.claimedOther, "RUNNING i-1"), (.runningMine, "same"), (.runningOther, "cannot be started"),
            (.crashed, "cannot be started"),
        ] as [(From, String)]
    )
    func start(from: From, expected: String) async throws {
        let found = try await outcome(from) { (store) throws(StoreError) in
            try await store.start(key, running(mine))
        }
        #expect(found == expected)
    }

    @Test(
        "crash follows the table",
        arguments: [
            (.noRow, "not found"), (.unclaimed, "cannot be crashed"), (.claimedMine, "UNCLAIMED"),
            (.claimedOther, "cannot be crashed"), (.runningMine, "UNCLAIMED"),
            (.runningOther, "cannot be crashed"), (.crashed, "cannot be crashed"),
        ] as [(From, String)]
    )
    func crash(from: From, expected: String) async throws {
        let found = try await outcome(from) { (store) throws(StoreError) in
            try await store.crash(key, mine, reason: "boom")
        }
        #expect(found == expected)
    }

    @Test(
        "fail follows the table",
        arguments: [
            (.noRow, "gone"), (.unclaimed, "UNCLAIMED"), (.claimedMine, "cannot be failed"),
            (.claimedOther, "cannot be failed"), (.runningMine, "cannot be failed"),
            (.runningOther, "cannot be failed"), (.crashed, "cannot be failed"),
        ] as [(From, String)]
    )
    func fail(from: From, expected: String) async throws {
        let found = try await outcome(from) { (store) throws(StoreError) in
            try await store.fail(key, placementError: "no room")
        }
        #expect(found == expected)
    }

    @Test(
        "unclaim follows the table",
        arguments: [
            (.noRow, "not found"), (.unclaimed, "cannot be unclaimed"), (.claimedMine, "UNCLAIMED"),
            (.claimedOther, "UNCLAIMED"), (.runningMine, "UNCLAIMED"), (.runningOther, "UNCLAIMED"),
            (.crashed, "UNCLAIMED"),
        ] as [(From, String)]
    )
    func unclaim(from: From, expected: String) async throws {
        let found = try await outcome(from) { (store) throws(StoreError) in try await store.unclaim(key) }
        #expect(found == expected)
    }

    @Test(
        "remove by an instance follows the table",
        arguments: [
            (.noRow, "not found"), (.unclaimed, "not found"), (.claimedMine, "gone"), (.claimedOther, "not found"),
            (.runningMine, "gone"), (.runningOther, "not found"), (.crashed, "not found"),
        ] as [(From, String)]
    )
    func remove(from: From, expected: String) async throws {
        let found = try await outcome(from) { (store) throws(StoreError) in try await store.remove(key, mine) }
        #expect(found == expected)
    }

    @Test("remove without an instance deletes whatever is there", arguments: From.allCases)
    func removeUnconditionally(from: From) async throws {
        let found = try await outcome(from) { (store) throws(StoreError) in try await store.remove(key, nil) }
        #expect(found == (from == .noRow ? "not found" : "gone"))
    }

    @Test("a start under another domain is refused")
    func otherDomain() async throws {
        let test = try await store(.unclaimed)
        let elsewhere = ActualLRPKey(processGUID: app, index: 0, domain: DomainName("elsewhere"))
        await #expect(throws: StoreError.refused(.cannotBeStarted(elsewhere, while: .unclaimed))) {
            try await test.store.start(elsewhere, running(mine))
        }
    }

    @Test("a repeated start writes nothing and tells nobody")
    func repeatedStart() async throws {
        let test = try await store(.runningMine)
        let number = try await test.store.lastEventNumber()
        #expect(try await test.store.start(key, running(mine)).isEmpty)
        #expect(try await test.store.lastEventNumber() == number)
    }

    @Test("a crash that restarts at once is told as crashed, created and removed, in this order")
    func crashEvents() async throws {
        let test = try await store(.runningMine)
        let number = try await test.store.lastEventNumber()
        let result = try await test.store.crash(key, mine, reason: "boom")
        let before = try #require(result.change.before)
        let after = try #require(result.change.after)
        #expect(result.outcome == .restartNow)
        #expect(
            try await test.store.events(after: number).map(\.event) == [
                .lrp(.actualLRPCrashed(before: before, after: after)), .lrp(.actualLRPCreated(after)),
                .lrp(.actualLRPRemoved(before)),
            ]
        )
    }

    @Test("a decision about an older version of a record changes nothing")
    func staleDecision() async throws {
        let test = try await store(.crashed)
        let stale = ModificationTag(epoch: "e2", index: 1)
        #expect(try await test.store.unclaim(key, ifStill: stale).isEmpty)
        #expect(try await test.store.removeRecord(key, ifStill: stale).isEmpty)
        let tag = try #require(try await test.store.actualLRPs().first).modificationTag
        #expect(try await test.store.unclaim(key, ifStill: tag).after?.state == .unclaimed)
    }

    @Test("a missing instance is created when it is wanted, and only then")
    func createMissing() async throws {
        let test = try await store(.unclaimed)
        let beyond = ActualLRPKey(processGUID: app, index: 1, domain: domain)
        #expect(try await test.store.createMissing(key) == false)
        #expect(try await test.store.createMissing(beyond) == false)
        try await test.store.removeRecord(key)
        #expect(try await test.store.createMissing(key))
    }
}

extension StoreError {
    /// The kind of error, without its texts.
    var name: String {
        switch self {
        case .notFound: "not found"
        case .alreadyExists: "already exists"
        case .invalid: "invalid"
        case .busy: "busy"
        case .full: "full"
        case .damaged(let text): "damaged: \(text)"
        case .broken(let text): "broken: \(text)"
        case .refused(.cannotBeClaimed): "cannot be claimed"
        case .refused(.cannotBeStarted): "cannot be started"
        case .refused(.cannotBeCrashed): "cannot be crashed"
        case .refused(.cannotBeFailed): "cannot be failed"
        case .refused(.cannotBeUnclaimed): "cannot be unclaimed"
        case .refused(.cannotBeRemoved): "cannot be removed"
        case .refused(.notAdmitted): "not admitted"
        case .refusedTask(let error): "\(error)"
        }
    }
}
