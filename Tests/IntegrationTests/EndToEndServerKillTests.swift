import MartletLinux
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@Suite("A server that is killed", .serialized, .enabled(if: EndToEndBench.available, "needs root and real parts"))
struct EndToEndServerKillTests {
    private static let rounds = 100

    @Test("keeps all that it has answered, and numbers its events without a gap", .timeLimit(.minutes(3)))
    func answeredIsKept() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of the kill points: \(seed)")
        try await RealRegistry.with { registry in
            let image = try await EndToEndBench.pushWeb(to: registry)
            let settings = ["--insecure-registry", registry.address, "--log-level", "warning"]
            try await RealMartlet.with(role: "server", settings: settings) { martlet in
                _ = try await martlet.run(["feature-flags", "enable", "diego_docker"])
                let load = EndToEndLoad(
                    bbsAddress: martlet.bbsAddress,
                    apiAddress: martlet.apiAddress,
                    image: image
                )
                var generator = SplitMix64(seed: seed)
                for round in 1...Self.rounds {
                    try await kill(martlet, under: load, round: round, &generator)
                    if round % 4 == 0 { try await killStarting(martlet, &generator) }
                    try await martlet.start()
                    let contradictions = try await load.contradictions()
                    #expect(contradictions == [], "seed \(seed), round \(round)")
                }
                await martlet.killNow()
                #expect(load.desired.answers > Self.rounds && load.apps.answers > 0)
                print("answered: \(load.desired.answers) calls of the BBS, \(load.apps.answers) of the operator API")
                try await checkEvents(martlet.dataDirectory)
            }
        }
    }

    /// Somewhere between the first instruction and the first answer.
    private func killStarting(_ martlet: RealMartlet, _ generator: inout SplitMix64) async throws {
        try martlet.launch()
        try await Task.sleep(for: .microseconds(Int.random(in: 0...60_000, using: &generator)))
        await martlet.killNow()
    }

    private func kill(
        _ martlet: RealMartlet,
        under load: EndToEndLoad,
        round: Int,
        _ generator: inout SplitMix64
    ) async throws {
        let delay = Duration.microseconds(Int.random(in: 0...60_000, using: &generator))
        let seeds = (0...4).map { _ in generator.next() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 1...4 {
                group.addTask {
                    await load.desireLRPs(client: client, round: round, SplitMix64(seed: seeds[client]))
                }
            }
            group.addTask { await load.pushApps(round: round, SplitMix64(seed: seeds[0])) }
            try await Task.sleep(for: delay)
            await martlet.killNow()
            try await group.waitForAll()
        }
    }

    /// Numbered 1…n, and nothing but what they tell is in the table.
    private func checkEvents(_ data: String) async throws {
        let clock = ForwardClock()
        let store = try Store.open(path: "\(data)/bbs.sqlite", Store.Configuration(now: { clock.now }))
        var numbers: [Int64] = []
        var told: [ProcessGUID: DesiredLRP] = [:]
        while true {
            let last = numbers.last ?? 0
            let events = try await store.read { (snapshot) throws(StoreError) in try snapshot.events(after: last) }
            if events.isEmpty { break }
            numbers += events.map(\.number)
            for event in events {
                switch event.event {
                case .lrp(.desiredLRPCreated(let lrp)), .lrp(.desiredLRPChanged(_, let lrp)):
                    told[lrp.processGUID] = lrp
                case .lrp(.desiredLRPRemoved(let lrp)): told[lrp.processGUID] = nil
                default: break
                }
            }
        }
        #expect(numbers == Array(1...Int64(numbers.count)))
        let kept = try await store.read { (snapshot) throws(StoreError) in try snapshot.desiredLRPs() }
        #expect(kept == told.values.sorted { $0.processGUID < $1.processGUID })
    }
}
