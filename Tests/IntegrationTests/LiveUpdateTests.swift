import MartletBBSAPI
import MartletModels
import MartletTestSupport
import Testing

@Suite("Updates of running instances, on the whole stack", .enabled(if: StackFixture.available, "needs root and runc"))
struct LiveUpdateTests {
    @Test("new internal routes and tags reach running instances at once, and outlive the agent")
    func update() async throws {
        // No pass of convergence helps within the time of this test.
        try await StackFixture.with(settings: ["--convergence-interval", "3600"]) { stack in
            let image = try await StackImage().push(to: stack.registry, as: "team/app:v1")
            try await stack.run("push", "web", "-i", "2", "-m", "32M", "-k", "64M", "-o", image)
            let before = try await stack.waitsForRunning(2)
            let process = try #require(before.first).key.processGUID
            let routes = ["internal-router": Array(#"[{"hostname":"web.internal"}]"#.utf8)]
            let tags = ["i": MetricTagValue(dynamic: .index), "g": MetricTagValue(dynamic: .instanceGUID)]
            try await stack.bbs.update(process, DesiredLRPUpdate(routes: routes, metricTags: tags))
            try await waitsForRoutes(["web.internal"], in: stack)
            let after = try await stack.running()
            #expect(after.map(\.instanceKey) == before.map(\.instanceKey))
            #expect(after.map { $0.metricTags["i"] } == ["0", "1"])
            #expect(after.map { $0.metricTags["g"] } == after.map { $0.instanceKey?.instanceGUID.rawValue })
            await stack.martlet.killNow()
            try await stack.martlet.start()
            try await stack.waits("the cell") { try await stack.run("cells").contains(stack.martlet.cellID) }
            #expect(try await stack.waitsForRunning(2) == after)
            try await stack.bbs.update(process, DesiredLRPUpdate(routes: [:]))
            try await waitsForRoutes([], in: stack)
            #expect(try await stack.running().map(\.instanceKey) == before.map(\.instanceKey))
        }
    }

    private func waitsForRoutes(_ names: [String], in stack: StackFixture) async throws {
        try await stack.waits("internal routes \(names)") {
            try await stack.running().map(\.internalRoutes) == [names, names]
        }
    }
}
