import MartletModels
import Testing

@testable import MartletStore

@Suite("What diego_docker governs")
struct StoreSnapshotDockerTests {
    private func key(_ guid: String, _ index: Int) -> ActualLRPKey {
        ActualLRPKey(processGUID: ProcessGUID(guid), index: index, domain: domain)
    }

    private func start(_ guid: String, _ index: Int, on cell: String) -> ActualLRPStart {
        let instance = ActualLRPInstanceKey(instanceGUID: InstanceGUID("\(guid)-\(index)"), cellID: CellID(cell))
        return ActualLRPStart(instance: instance, netInfo: ActualLRPNetInfo(address: "10.0.0.1"))
    }

    /// Two from images, of which one has crashed once, and one that is not.
    private func filled() async throws -> TestStore {
        let test = try TestStore()
        let store = test.store
        try await store.setFeatureFlag(.diegoDocker, enabled: true, by: "ada")
        for (guid, rootFS) in [("a", "docker:///x"), ("b", "docker:///x"), ("other", "preloaded:base")] {
            try await store.desire(lrp(guid, instances: 3, rootFS: rootFS))
        }
        for (guid, index, cell) in [("a", 0, "c1"), ("b", 0, "c2"), ("b", 1, "c1"), ("other", 0, "c3")] {
            try await store.start(key(guid, index), start(guid, index, on: cell))
        }
        try await store.start(key("b", 2), start("b", 2, on: "c1"))
        try await store.crash(key("b", 2), start("b", 2, on: "c1").instance, reason: "exit 1")
        return test
    }

    @Test("is counted, listed and walked, and nothing else is")
    func governed() async throws {
        let test = try await filled()
        try await test.store.read { (snapshot) throws(StoreError) in
            #expect(try snapshot.dockerTotals() == DockerTotals(heldLRPs: 2, heldInstances: 3))
            #expect(try snapshot.dockerLRPs().map(\.processGUID.rawValue) == ["b", "a"])
            #expect(try snapshot.dockerLRPs(limit: 1).map(\.heldInstances) == [2])
            #expect(try snapshot.dockerCells().map(\.rawValue) == ["c1", "c2"])
            var keys: [String] = []
            try snapshot.forEachDockerKey { keys.append("\($0)/\($1)\($2 ? "" : " waits")") }
            #expect(keys == ["a/0", "b/0", "b/1", "b/2 waits"])
            var guids: [String] = []
            try snapshot.forEachDockerLRP { guids.append($0.rawValue) }
            #expect(guids.sorted() == ["a", "b"])
            #expect(
                try snapshot.heldDockerLRPs().map(\.instance.instanceGUID.rawValue).sorted() == ["a-0", "b-0", "b-1"]
            )
            #expect(try snapshot.heldDockerLRPs(others: [ProcessGUID("other")]).count == 4)
        }
    }

    @Test("changes of holders are read without the rest of the records")
    func holders() async throws {
        let test = try await filled()
        let last = try await test.store.lastEventNumber()
        try await test.store.remove(key("a", 0), start("a", 0, on: "c1").instance)
        try await test.store.removeDesiredLRP(ProcessGUID("b"))
        try await test.store.read { (snapshot) throws(StoreError) in
            let changes = try snapshot.holderChanges(after: last)
            #expect(changes.first?.key == key("a", 0) && changes.first?.number == last + 1)
            #expect(changes.first?.before == start("a", 0, on: "c1").instance && changes.first?.after == nil)
            #expect(try snapshot.removedDockerLRPs(after: last) == [ProcessGUID("b")])
            let all = try snapshot.holderChanges(after: 0)
            var paged: [HolderChange] = []
            while true {
                let page = try snapshot.holderChanges(after: paged.last?.number ?? 0, limit: 2)
                paged += page
                guard page.count == 2 else { break }
            }
            #expect(paged == all)
        }
    }
}
