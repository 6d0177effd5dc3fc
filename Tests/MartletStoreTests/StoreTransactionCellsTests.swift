import MartletModels
import Testing

@testable import MartletStore

@Suite("Cells and domains")
struct StoreTransactionCellsTests {
    private func register(_ test: TestStore, _ presence: CellPresence, session: String = "s1") async throws {
        try await test.store.registerCell(presence, timeToLive: .seconds(15), session: session)
    }

    private func kinds(_ test: TestStore) async throws -> [String] {
        try await test.store.events(after: 0).map { StoredEvent($0.event).kind }
    }

    @Test("a renewal moves the expiry and tells nobody")
    func renewal() async throws {
        let test = try TestStore()
        try await register(test, presence("cell-1"))
        test.time.advance(by: .seconds(10))
        try await register(test, presence("cell-1"))
        let expiry = test.time.now + .seconds(15)
        #expect(try await test.store.cells() == [RegisteredCell(presence: presence("cell-1"), expiresAt: expiry)])
        #expect(try await kinds(test) == ["cell_appeared"])
    }

    @Test("a silent cell runs out, is not listed from then on, and is told once")
    func expiry() async throws {
        let test = try TestStore()
        try await register(test, presence("cell-1"))
        test.time.advance(by: .seconds(15))
        #expect(try await test.store.cells().isEmpty)
        await #expect(throws: StoreError.notFound("cell cell-1")) { try await test.store.cell(CellID("cell-1")) }
        #expect(try await test.store.expireCells() == [presence("cell-1")])
        #expect(try await test.store.expireCells() == [])
        #expect(try await kinds(test) == ["cell_appeared", "cell_disappeared"])
    }

    @Test("the newest process of a cell wins, and the one it replaced may not come back")
    func sessions() async throws {
        let test = try TestStore()
        try await register(test, presence("cell-1"))
        try await register(test, presence("cell-1"), session: "s2")
        await #expect(throws: StoreError.alreadyExists("cell cell-1 of another process")) {
            try await register(test, presence("cell-1"))
        }
        #expect(try await test.store.removeCell(CellID("cell-1"), session: "s1").isEmpty)
        #expect(try await test.store.cells().count == 1)
        #expect(try await test.store.removeCell(CellID("cell-1"), session: "s2").after == nil)
        #expect(try await test.store.cells().isEmpty)
        #expect(try await kinds(test) == ["cell_appeared", "cell_appeared", "cell_disappeared"])
    }

    @Test("a cell that changes what it says of itself disappears and appears")
    func changed() async throws {
        let test = try TestStore()
        try await register(test, presence("cell-1"))
        try await register(test, presence("cell-1", containers: 20))
        #expect(try await kinds(test) == ["cell_appeared", "cell_disappeared", "cell_appeared"])
    }

    @Test("a cell that was silent for too long appears anew, in whatever process")
    func back() async throws {
        let test = try TestStore()
        try await register(test, presence("cell-1"))
        try await register(test, presence("cell-1"), session: "s2")
        test.time.advance(by: .seconds(15))
        try await register(test, presence("cell-1"))
        #expect(try await test.store.cells().count == 1)
        #expect(try await kinds(test) == ["cell_appeared", "cell_appeared", "cell_disappeared", "cell_appeared"])
    }

    @Test("after an absence of the server no cell is to blame for its silence")
    func extended() async throws {
        let test = try TestStore()
        try await register(test, presence("cell-1"))
        test.time.advance(by: .seconds(3_600))
        try await test.store.extendCells(timeToLive: .seconds(15))
        #expect(try await test.store.expireCells().isEmpty)
        #expect(try await test.store.cells().map(\.expiresAt) == [test.time.now + .seconds(15)])
    }

    @Test("a domain is fresh until it runs out; 0 seconds is for ever")
    func domains() async throws {
        let test = try TestStore()
        try await test.store.upsertDomain(DomainName("a"), timeToLiveSeconds: 120)
        try await test.store.upsertDomain(DomainName("b"), timeToLiveSeconds: 0)
        await #expect(throws: StoreError.invalid(ValidationError(invalid: "domain"))) {
            try await test.store.upsertDomain(DomainName(""), timeToLiveSeconds: 0)
        }
        #expect(try await test.store.freshDomains().map(\.name.rawValue) == ["a", "b"])
        test.time.advance(by: .seconds(120))
        #expect(try await test.store.freshDomains() == [Domain(name: DomainName("b"), expiresAt: .distantFuture)])
        #expect(try await test.store.deleteExpiredDomains() == 1)
    }
}
