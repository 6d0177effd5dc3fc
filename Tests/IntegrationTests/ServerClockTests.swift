import MartletLinux
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@Suite("A server whose wall clock was set back while it was down")
struct ServerClockTests {
    @Test("goes on from its newest event, and says so")
    func setBack() async throws {
        try await RealMartlet.with(role: "server") { martlet in
            await martlet.stop()
            let future = SystemClock().now + .seconds(3_600)
            do {
                let store = try open(martlet) { future }
                try await store.setFeatureFlag(.diegoDocker, enabled: true, by: "an hour from now")
            }
            try await martlet.start()
            #expect(martlet.log.contains("the wall clock is behind the newest event"))
            #expect(try await martlet.run(["feature-flags", "disable", "diego_docker", "--yes"]).status == 0)
            await martlet.stop()
            let events = try await open(martlet) { .epoch }.events(after: 0)
            #expect(events.map(\.at) == events.map(\.at).sorted())
            let last = try #require(events.last)
            guard case .featureFlagChanged = last.event else { throw Unexpected(event: last) }
            #expect(last.at > future && last.at < future + .seconds(600))
        }
    }

    private struct Unexpected: Error {
        let event: NumberedEvent
    }

    private func open(_ martlet: RealMartlet, now: @escaping @Sendable () -> Timestamp) throws -> Store {
        try Store.open(path: "\(martlet.dataDirectory)/bbs.sqlite", Store.Configuration(now: now))
    }
}
