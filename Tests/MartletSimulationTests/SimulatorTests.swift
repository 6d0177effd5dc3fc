import MartletSimulation
import Testing

@Suite("A whole control plane under faults")
struct SimulatorTests {
    /// Seeds in portions, so that every core has some.
    private static let portions = stride(from: UInt64(1), to: 301, by: 25).map { $0..<($0 + 25) }

    @Test("every invariant holds for every seed", arguments: portions)
    func seeds(_ portion: Range<UInt64>) throws {
        for seed in portion {
            let outcome = try Simulator.run(SimulationPlan(seed: seed))
            #expect(outcome.violation == nil, "martlet-sim --seed \(seed)")
        }
    }

    @Test("a seed replays exactly", arguments: [UInt64(1), 19, 22, 38, 42])
    func replays(seed: UInt64) throws {
        let first = try Simulator.run(SimulationPlan(seed: seed), traces: true)
        let second = try Simulator.run(SimulationPlan(seed: seed), traces: true)
        #expect(first == second)
        #expect(try Simulator.run(SimulationPlan(seed: seed)).fingerprint == first.fingerprint)
    }
}
