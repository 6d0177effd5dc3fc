import MartletConvergence
import MartletModels
import Testing

@testable import MartletStore

@Suite("Processes by name")
struct StoreSnapshotNamesTests {
    @Test(
        "a name is a process guid, its beginning up to a dash, or an instance guid",
        arguments: [
            ("app", ["app", "app-1", "app-2"]), ("app-1", ["app-1"]), ("ap", []), ("app-", []),
            ("gone", ["gone-1"]), ("i-1", ["gone-1"]), ("", []),
        ]
    )
    func names(name: String, expected: [String]) async throws {
        let test = try TestStore()
        for guid in ["app", "app-1", "app-2", "application", "app.x"] where guid != "app.x" {
            try await test.store.desire(lrp(guid, instances: 3))
        }
        let gone = ActualLRPKey(processGUID: ProcessGUID("gone-1"), index: 0, domain: domain)
        try await test.store.start(gone, running(mine))
        try await test.store.read { (snapshot) throws(StoreError) in
            #expect(try snapshot.processes(named: name, limit: 10).map(\.rawValue) == expected)
            #expect(try snapshot.processes(named: name, limit: 1).map(\.rawValue) == Array(expected.prefix(1)))
        }
    }

    @Test("all instances of a process, the missing ones among them")
    func instances() async throws {
        let test = try TestStore()
        try await test.store.desire(lrp(instances: 3))
        try await test.store.removeRecord(ActualLRPKey(processGUID: app, index: 1, domain: domain))
        let (desired, instances) = try await test.store.read { (snapshot) throws(StoreError) in
            try snapshot.instances(of: app)
        }
        #expect(desired == [lrp(instances: 3).summary])
        #expect(instances.map(\.id.index) == [0, 1, 2])
        #expect(instances.map { $0.all.count } == [1, 0, 1])
        let other = try await test.store.read { (snapshot) throws(StoreError) in
            try snapshot.instances(of: app, index: 7).instances
        }
        #expect(other.map(\.all) == [[]])
    }
}
