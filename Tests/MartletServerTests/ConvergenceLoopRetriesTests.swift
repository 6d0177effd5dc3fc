import MartletBBSAPI
import MartletConvergence
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("A full disk")
struct ConvergenceLoopRetriesTests {
    /// The passes of so many seconds, one of which is held when something is due: its time, and how many instances it
    /// looked at in one page.
    private func passes(_ cluster: Cluster, seconds: Int) async throws -> [(at: Int, instances: Int)] {
        var passes: [(Int, Int)] = []
        for second in 1...seconds {
            cluster.clock.advance(by: .seconds(1))
            try await cluster.role.convergence.catchUp()
            guard await !cluster.role.convergence.agenda.isEmpty else { continue }
            let record = await cluster.role.convergence.pass()
            passes.append((second, record.seen.instances["instance"] ?? 0))
        }
        return passes
    }

    @Test("what could not be written is tried again together, less and less often, and is done when there is room")
    func full() async throws {
        let cluster = try await Cluster(cells: [])
        try await cluster.bbs.desire(.fixture("app", instances: 600))
        try await cluster.settle()
        try await cluster.store.setFeatureFlag(.diegoDocker, enabled: false, by: "a test")
        try await cluster.store.limitSize(pages: 1)
        let first = try await cluster.pass()
        #expect(first.done.failures.count == CycleRecord.itemLimit && first.done.applied == 0)
        let tries = try await passes(cluster, seconds: 26).filter { $0.instances > 0 }
        #expect(tries.map(\.at) == [5, 15])
        #expect(tries.map(\.instances) == [600, 600])
        try await cluster.store.limitSize(pages: 1 << 20)
        // Whatever is due first finds them all: the safety net, or the next try.
        _ = try await passes(cluster, seconds: 10)
        let refusal = AdmissionRefusal(flag: .diegoDocker).placementError
        #expect(try await cluster.placementErrors("app") == [refusal])
        #expect(try await passes(cluster, seconds: 60).allSatisfy { $0.instances == 0 })
    }
}
