import Glibc
import MartletConvergence
import MartletLinux
import MartletMigrations
import MartletModels
import MartletSQL
import Testing

@testable import MartletStore

@Suite("Migration of the schema")
struct MigrationTests {
    /// What schema 1 held, in the words of its columns.
    private func writeFirstSchema(_ path: String, _ records: [ActualLRP], _ desired: [DesiredLRP]) throws {
        let connection = try Connection(path: path)
        let steps = Migration.bbs.prefix(1).map { Migrator.Step(version: $0.version, name: $0.name, sql: $0.sql) }
        try Migrator(applicationID: 0x4D52_5442, steps: steps).migrate(connection)
        for lrp in desired {
            try connection.run(
                "INSERT INTO desired_lrps (process_guid, domain, instances, docker, message) VALUES (?, ?, ?, ?, ?)",
                [
                    .text(lrp.processGUID.rawValue), .text(lrp.domain.rawValue), .int(lrp.instances),
                    .bool(lrp.rootFS.isDocker), .blob(RecordCoding.bytes(lrp)),
                ]
            )
        }
        for lrp in records {
            try connection.run(
                """
                INSERT INTO actual_lrps (process_guid, instance_index, presence, domain, state, instance_guid, cell_id,
                    since_ns, crash_count, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(lrp.key.processGUID.rawValue), .int(lrp.key.index), .int(lrp.presence.rawValue),
                    .text(lrp.key.domain.rawValue), .text(lrp.state.name.rawValue),
                    .optional(lrp.instanceKey?.instanceGUID.rawValue), .optional(lrp.instanceKey?.cellID.rawValue),
                    .integer(lrp.since.nanoseconds), .int(lrp.crashCount), .blob(RecordCoding.bytes(lrp)),
                ]
            )
        }
    }

    @Test("a file of schema 1 keeps its records, and everything out of place is found")
    func fromFirst() async throws {
        let path = "/tmp/martlet-migration-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        defer { for suffix in ["", "-wal", "-shm"] { try? Files.removeFile(path + suffix) } }
        let time = TestTime()
        func key(_ guid: String, _ index: Int) -> ActualLRPKey {
            ActualLRPKey(processGUID: ProcessGUID(guid), index: index, domain: domain)
        }
        let refusal = AdmissionRefusal(flag: .diegoDocker).placementError
        var refused = ActualLRP(unclaimed: key("d", 1), at: time.now, epoch: "e1")
        try refused.fail(refusal, at: time.now)
        var suspect = ActualLRP(running: key("d", 0), running(mine), at: time.now, epoch: "e2")
        suspect.change(presence: .suspect)
        let records = [
            suspect, ActualLRP(unclaimed: key("d", 0), at: time.now, epoch: "e3"), refused,
            ActualLRP(running: key("x", 5), running(other), at: time.now, epoch: "e4"),
        ]
        try writeFirstSchema(path, records, [lrp("d", instances: 4, rootFS: "docker:///x"), lrp("e", instances: 0)])

        for _ in 0..<2 {
            let store = try Store.open(path: path, TestStore.configuration(time))
            #expect(Set(try await store.actualLRPs()) == Set(records))
            func find(_ source: CandidateSource) async throws -> [String] {
                try await store.read { (snapshot) throws(StoreError) in
                    try snapshot.all(source, pageSize: 2).map(\.description)
                }
            }
            #expect(try await find(.missing) == ["d/2", "d/3"])
            #expect(try await find(.displaced) == ["d/0"])
            #expect(try await find(.onLostCells) == ["x/5"])
            #expect(try await find(.unwanted(in: [domain])) == ["x/5"])
            #expect(try await find(.refused) == ["d/1"])
            #expect(try await find(.notRefused(placementError: refusal)) == ["d/0"])
            let due = try await store.read { (snapshot) throws(StoreError) in try snapshot.nextDue(after: .epoch) }
            #expect(due == time.now + .seconds(30))
            let unknown = try await store.read { (snapshot) throws(StoreError) in try snapshot.unknownRootFS(limit: 9) }
            #expect(unknown.map(\.holder) == [other])
        }
    }

    @Test("a file of schema 3 keeps its fences and cells, and looks at a fence only when its cell has been there")
    func fencesFromThird() async throws {
        let path = "/tmp/martlet-migration-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        defer { for suffix in ["", "-wal", "-shm"] { try? Files.removeFile(path + suffix) } }
        let time = TestTime()
        let young = ActualLRPInstanceKey(instanceGUID: "young", cellID: "cell-1")
        do {
            let connection = try Connection(path: path)
            let steps = Migration.bbs.prefix(3).map { Migrator.Step(version: $0.version, name: $0.name, sql: $0.sql) }
            try Migrator(applicationID: 0x4D52_5442, steps: steps).migrate(connection)
            let cell = presence("cell-1")
            try connection.run(
                "INSERT INTO cells (cell_id, session, expires_at_ns, message) VALUES (?, 's', ?, ?)",
                [
                    .text("cell-1"), .integer((time.now + .seconds(30 * 24 * 3_600)).nanoseconds),
                    .blob(RecordCoding.bytes(cell)),
                ]
            )
            try connection.run(
                "INSERT INTO given_away (instance_guid, cell_id, at_ns) VALUES (?, ?, ?)",
                [
                    .text(mine.instanceGUID.rawValue), .text(mine.cellID.rawValue),
                    .integer(time.now.advanced(by: .seconds(-8 * 24 * 3_600)).nanoseconds),
                ]
            )
            try connection.run(
                "INSERT INTO given_away (instance_guid, cell_id, at_ns) VALUES (?, ?, ?)",
                [.text(young.instanceGUID.rawValue), .text("cell-1"), .integer(time.now.nanoseconds)]
            )
        }
        let store = try Store.open(path: path, TestStore.configuration(time))
        #expect(try await store.cells().map(\.presence) == [presence("cell-1")])
        for (seconds, isFenced) in [(0, true), (3_599, true), (24 * 3_600, false)] {
            time.advance(by: .seconds(seconds))
            try await store.registerCell(presence("cell-1"), timeToLive: .seconds(30 * 24 * 3_600), session: "s")
            try await store.upsertDomain(domain, timeToLiveSeconds: 1)
            let found = try await store.read { (snapshot) throws(StoreError) in try snapshot.isGivenAway(mine) }
            #expect(found == isFenced)
        }
        // One that was raised just before is kept for its week.
        #expect(try await store.read { (snapshot) throws(StoreError) in try snapshot.isGivenAway(young) })
        time.advance(by: .seconds(6 * 24 * 3_600))
        try await store.upsertDomain(domain, timeToLiveSeconds: 1)
        #expect(try await !store.read { (snapshot) throws(StoreError) in try snapshot.isGivenAway(young) })
    }
}
