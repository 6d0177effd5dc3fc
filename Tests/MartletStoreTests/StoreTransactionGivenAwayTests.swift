import MartletModels
import MartletSQL
import Testing

@testable import MartletStore

/// A way to lose one's record without having let go of it.
enum Loss: CaseIterable {
    case suspectReplaced, suspectRemoved, removed, removedByOperator, unclaimed, lostTwice, replacementRestored
}

@Suite("Fencing")
struct StoreTransactionGivenAwayTests {
    private let third = ActualLRPInstanceKey(instanceGUID: InstanceGUID("i-3"), cellID: CellID("cell-3"))

    /// `app/0` was held by `mine`, whose cell is lost, until that happened.
    private func lost(_ loss: Loss, _ test: TestStore) async throws {
        try await test.store.desire(lrp())
        switch loss {
        case .suspectReplaced:
            try await test.store.start(key, running(mine))
            try await test.store.suspect(key, lostCell: mine.cellID)
            try await test.store.start(key, running(other))
            try await test.store.remove(key, other)
        case .suspectRemoved:
            try await test.store.start(key, running(mine))
            try await test.store.suspect(key, lostCell: mine.cellID)
            try await test.store.removeRecord(key, presence: .suspect)
        case .removed:
            try await test.store.start(key, running(mine))
            try await test.store.removeRecord(key)
        case .removedByOperator:
            try await test.store.start(key, running(mine))
            try await test.store.remove(key, nil)
        case .unclaimed:
            try await test.store.claim(key, by: mine)
            try await test.store.unclaim(key)
        case .lostTwice:
            try await test.store.start(key, running(other))
            try await test.store.suspect(key, lostCell: other.cellID)
            try await test.store.claim(key, by: mine)
            try await test.store.suspect(key, lostCell: mine.cellID)
        case .replacementRestored:
            try await test.store.start(key, running(other))
            try await test.store.suspect(key, lostCell: other.cellID)
            try await test.store.claim(key, by: mine)
            try await test.store.restore(key, returnedCell: other.cellID)
            try await test.store.remove(key, other)
        }
    }

    private func verdicts(_ test: TestStore) async -> [String] {
        var verdicts: [String] = []
        do throws(StoreError) { try await test.store.claim(key, by: mine) } catch { verdicts.append(error.name) }
        do throws(StoreError) { try await test.store.start(key, running(mine)) } catch { verdicts.append(error.name) }
        return verdicts
    }

    @Test("an instance that was given away never holds a record again", arguments: Loss.allCases)
    func fenced(loss: Loss) async throws {
        let test = try TestStore()
        try await lost(loss, test)
        let before = try await test.store.actualLRPs()
        #expect(await verdicts(test) == ["cannot be claimed", "cannot be started"])
        #expect(try await test.store.actualLRPs() == before)
        test.time.advance(by: .seconds(6 * 24 * 3_600))
        #expect(await verdicts(test) == ["cannot be claimed", "cannot be started"])
    }

    @Test("when its cell says that it has ended, it is forgotten, and nothing else changes", arguments: Loss.allCases)
    func forgotten(loss: Loss) async throws {
        for isCrash in [true, false] {
            let test = try TestStore()
            try await lost(loss, test)
            let (before, number) = (try await test.store.actualLRPs(), try await test.store.lastEventNumber())
            if isCrash {
                #expect(try await test.store.crash(key, mine, reason: "boom").outcome == nil)
            } else {
                #expect(try await test.store.remove(key, mine).isEmpty)
            }
            #expect(try await test.store.actualLRPs() == before)
            #expect(try await test.store.lastEventNumber() == number)
            #expect(try await !isGivenAway(mine, test))
        }
    }

    @Test("who lets go by itself, or is alive, is not given away")
    func notFenced() async throws {
        let test = try TestStore()
        try await test.store.desire(lrp())
        try await test.store.registerCell(presence("cell-1"), timeToLive: .seconds(15), session: "s")
        for end in 0..<4 {
            try await test.store.start(key, running(mine))
            switch end {
            case 0: try await test.store.remove(key, mine)
            case 1: try await test.store.crash(key, mine, reason: "boom")
            case 2: try await test.store.unclaim(key)
            default: try await test.store.remove(key, nil)
            }
            #expect(try await !isGivenAway(mine, test))
        }
        try await test.store.start(key, running(mine))
        try await test.store.suspect(key, lostCell: mine.cellID)
        try await test.store.crash(key, mine, reason: "boom")
        #expect(try await !isGivenAway(mine, test))
    }

    private static let day = Duration.seconds(24 * 3_600)

    /// Lets time pass, and a few commits happen.
    private func pass(_ time: Duration, _ test: TestStore) async throws {
        test.time.advance(by: time)
        for _ in 0..<3 { try await test.store.upsertDomain(domain, timeToLiveSeconds: 1) }
    }

    @Test("of a cell that does not come back they are kept, and forgotten after a year, a few a turn")
    func absent() async throws {
        let test = try TestStore()
        try await test.store.write { (transaction) throws(StoreError) in
            for number in 0..<20 {
                let guid = InstanceGUID("old-\(number)")
                try transaction.giveAway(ActualLRPInstanceKey(instanceGUID: guid, cellID: CellID("c")))
            }
        }
        try await pass(Self.day * 8, test)
        #expect(try await fenceCount(test) == 20)
        try await pass(Self.day * 100, test)
        #expect(try await fenceCount(test) == 20)
        test.time.advance(by: Self.day * 300)
        for left in [12, 4, 0] {
            try await test.store.upsertDomain(domain, timeToLiveSeconds: 1)
            #expect(try await fenceCount(test) == left)
        }
    }

    @Test("a cell that comes back late finds them, until it has been there for an hour without a break")
    func late() async throws {
        let test = try TestStore()
        try await lost(.removed, test)
        try await pass(Self.day * 30, test)
        try await test.store.registerCell(presence("cell-1"), timeToLive: .seconds(3_000), session: "s")
        try await pass(.seconds(2_999), test)
        try await test.store.registerCell(presence("cell-1"), timeToLive: Self.day * 3, session: "t")
        try await pass(.seconds(3_599), test)
        #expect(await verdicts(test) == ["cannot be claimed", "cannot be started"])
        try await test.store.extendCells(timeToLive: Self.day * 3)
        try await pass(.seconds(3_599), test)
        #expect(try await isGivenAway(mine, test))
        try await pass(Self.day, test)
        #expect(try await !isGivenAway(mine, test))
    }

    @Test("of a cell that is there all the time they go after a week")
    func present() async throws {
        let test = try TestStore()
        try await lost(.removed, test)
        try await test.store.registerCell(presence("cell-1"), timeToLive: Self.day * 30, session: "s")
        try await pass(Self.day * 7 - .seconds(1), test)
        #expect(try await isGivenAway(mine, test))
        try await pass(.seconds(1), test)
        #expect(try await !isGivenAway(mine, test))
    }

    private func fenceCount(_ test: TestStore) async throws -> Int? {
        try await test.store.read { (snapshot) throws(StoreError) in
            try snapshot.first(Query("SELECT count(*) FROM given_away")) { (row) throws(SQLError) in try row.int(0) }
        }
    }

    private func isGivenAway(_ instance: ActualLRPInstanceKey, _ test: TestStore) async throws -> Bool {
        try await test.store.read { (snapshot) throws(StoreError) in try snapshot.isGivenAway(instance) }
    }
}
