import MartletBBSAPI
import MartletConvergence
import MartletHTTP
import MartletModels
import MartletTestSupport
import Testing

@testable import MartletServer
@testable import MartletStore

@Suite("Records that cannot be read")
struct ConvergenceLoopFaultsTests {
    /// Two apps of two instances each that want a cell.
    private func cluster() async throws -> Cluster {
        let cluster = try await Cluster(cells: ["a"])
        try await cluster.bbs.desire(.fixture("app", instances: 2))
        try await cluster.bbs.desire(.fixture("web", instances: 2))
        return cluster
    }

    private func damage(_ cluster: Cluster, _ table: String, _ condition: String = "true") async throws {
        try await cluster.store.write { (transaction) throws(StoreError) in
            _ = try transaction.run("UPDATE \(table) SET message = x'0a' WHERE \(condition)")
        }
    }

    @Test("one is set aside and named once, and everything else goes on")
    func actual() async throws {
        let cluster = try await cluster()
        try await cluster.pass()
        try await damage(cluster, "actual_lrps", "process_guid = 'app' AND instance_index = 0")
        try await cluster.settle()
        try await cluster.wait(35)
        let record = try await cluster.pass()
        #expect(record.faults.count == 1 && record.faults.first?.hasPrefix("app/0: stored ActualLRP cannot") == true)
        #expect(record.seen.setAside > 0 && record.done.failures == [])
        let states = try await cluster.store.read { (store) throws(StoreError) in
            try store.instances(of: "web").instances.map { $0.ordinary?.state.name }
                + store.instances(of: "app").instances.map { $0.ordinary?.state.name }
        }
        #expect(states == [.running, .running, nil, .running])
        let again = try await cluster.net()
        #expect(again.seen.setAside > 0 && again.faults == [])
    }

    @Test("why says what is wrong with it")
    func why() async throws {
        let cluster = try await cluster()
        try await cluster.pass()
        try await damage(cluster, "actual_lrps", "process_guid = 'app' AND instance_index = 0")
        let request = HTTPRequest(.get, "/martlet/v1/why/app/0", query: "format=text")
        let answer = try await cluster.operatorTransport.send(request, timeout: .seconds(1))
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(text.contains("app/0 is DAMAGED") && text.contains("stored ActualLRP cannot be read"), "\(text)")
    }

    @Test("instances of a desired LRP that cannot be read are refused, and others are placed")
    func desired() async throws {
        let cluster = try await cluster()
        try await damage(cluster, "desired_lrps", "process_guid = 'app'")
        try await cluster.settle()
        let errors = try await cluster.placementErrors("app")
        #expect(errors.count == 1 && errors.first?.hasPrefix("its desired LRP is damaged: ") == true, "\(errors)")
        #expect(try await cluster.records("web") == ["0 RUNNING on a", "1 RUNNING on a"])
    }

    @Test("the presence of a cell that cannot be read is forgotten when it runs out, and written anew before")
    func presence() async throws {
        let cluster = try await Cluster(cells: ["a", "b"])
        try await cluster.bbs.desire(.fixture("app", instances: 2))
        try await cluster.settle()
        try await damage(cluster, "cells")
        #expect(try await cluster.store.cells() == [])
        await cluster.cells.cut("b")
        try await cluster.wait(60)
        try await cluster.settle()
        #expect(try await cluster.store.cells().map(\.presence.cellID) == ["a"])
        let onLost = try await cluster.records("app").filter { $0.hasSuffix("RUNNING on b") }
        #expect(onLost == [])
    }
}
