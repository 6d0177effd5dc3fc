import MartletBBSAPI
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("A cluster under random faults")
struct ClusterSimulationTests {
    /// What is desired by now, beside the store.
    private struct Wish {
        var instances: Int
        var isDocker: Bool
    }

    @Test("once faults stop, exactly what is desired and admitted runs", arguments: UInt64(1)...24)
    func settles(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let cluster = try await Cluster()
        var wishes: [String: Wish] = [:]
        for _ in 0..<40 {
            try await step(cluster, &wishes, &random)
            try await expectSound(cluster)
        }
        for cell in ["a", "b", "c"] { await cluster.cells.cut(CellID(cell), off: false) }
        try await cluster.cells.report(to: cluster.bbs)
        for _ in 0..<3 {
            try await cluster.settle()
            try await cluster.wait(35)
        }
        try await cluster.settle()
        let isOn = try await cluster.store.featureFlag(.diegoDocker).enabled
        let wanted = wishes.flatMap { guid, wish in
            isOn || !wish.isDocker ? (0..<wish.instances).map { "\(guid)/\($0)" } : []
        }.sorted()
        #expect(await cluster.cells.running.values.flatMap(\.self).sorted() == wanted)
        let running = try await cluster.bbs.actualLRPs().filter { $0.state.name == .running }
        #expect(running.map { "\($0.key)" }.sorted() == wanted)
        #expect(try await cluster.bbs.actualLRPs().allSatisfy { $0.presence == .ordinary })
    }

    private func step(
        _ cluster: Cluster,
        _ wishes: inout [String: Wish],
        _ random: inout SplitMix64
    ) async throws {
        let guid = "app-\(Int.random(in: 0...4, using: &random))"
        let cell = CellID(random.pick(["a", "b", "c"]))
        switch Int.random(in: 0...9, using: &random) {
        case 0: try await desire(guid, cluster, &wishes, &random)
        case 1:
            guard wishes[guid] != nil else { return try await desire(guid, cluster, &wishes, &random) }
            let instances = Int.random(in: 0...4, using: &random)
            try await cluster.bbs.update(ProcessGUID(guid), DesiredLRPUpdate(instances: instances))
            wishes[guid]?.instances = instances
        case 2:
            guard wishes.removeValue(forKey: guid) != nil else { return }
            try await cluster.bbs.removeDesiredLRP(ProcessGUID(guid))
        case 3: await cluster.cells.cut(cell)
        case 4: await cluster.cells.cut(cell, off: false)
        case 5:
            let enabled = Bool.random(using: &random)
            try await cluster.store.setFeatureFlag(.diegoDocker, enabled: enabled, by: "seed")
        case 6: await cluster.role.auctioneer.auction()
        case 7: try await cluster.pass()
        case 8: try await cluster.wait(Int.random(in: 1...6, using: &random) * 5)
        default: try await cluster.cells.report(to: cluster.bbs)
        }
    }

    private func desire(
        _ guid: String,
        _ cluster: Cluster,
        _ wishes: inout [String: Wish],
        _ random: inout SplitMix64
    ) async throws {
        guard wishes[guid] == nil else { return }
        let wish = Wish(instances: Int.random(in: 0...4, using: &random), isDocker: Bool.random(using: &random))
        let rootFS = wish.isDocker ? "docker:///library/busybox" : "preloaded:stack"
        try await cluster.bbs.desire(.fixture(guid, instances: wish.instances, rootFS: rootFS))
        wishes[guid] = wish
    }

    /// At most one record of each presence for a key, and nothing contradictory in any pass.
    private func expectSound(_ cluster: Cluster) async throws {
        let keys = try await cluster.bbs.actualLRPs().map { "\($0.key) \($0.presence)" }
        #expect(Set(keys).count == keys.count)
        let failures = await cluster.role.convergence.records.flatMap(\.done.failures)
        #expect(!failures.contains { $0.contains("contradicts") }, "\(failures)")
    }
}
