import Dispatch
import MartletLinux
import MartletSimulation

/// Many seeds, several at a time. Each world has its thread to itself.
struct Batch: Sendable {
    private struct State: Sendable {
        var next: UInt64
        var done = 0
        var failures: [Outcome] = []
        var brokenSeeds: [String] = []
    }

    let seeds: ClosedRange<UInt64>
    let jobs: Int
    let stopsAtFirst: Bool

    /// - Returns: whether every seed was fine.
    func run() -> Bool {
        let state = Locked(State(next: seeds.lowerBound))
        let began = ContinuousClock.now
        DispatchQueue.concurrentPerform(iterations: jobs) { _ in
            while let seed = take(from: state) { run(seed, state, began) }
        }
        let end = state.withLock { $0 }
        if StandardError.isTerminal { StandardError.write("\r\u{1B}[K") }
        report(end, took: ContinuousClock.now - began)
        return end.failures.isEmpty && end.brokenSeeds.isEmpty
    }

    private func take(from state: Locked<State>) -> UInt64? {
        state.withLock { state in
            guard state.next <= seeds.upperBound else { return nil }
            if stopsAtFirst && !state.failures.isEmpty { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    private func run(_ seed: UInt64, _ state: Locked<State>, _ began: ContinuousClock.Instant) {
        do {
            let outcome = try Simulator.run(SimulationPlan(seed: seed))
            state.withLock { state in
                state.done += 1
                if outcome.violation != nil { state.failures.append(outcome) }
            }
        } catch {
            state.withLock { $0.brokenSeeds.append("seed \(seed) could not be run: \(error)") }
        }
        guard StandardError.isTerminal else { return }
        let (done, failed) = state.withLock { ($0.done, $0.failures.count) }
        if done % 10 == 0 {
            StandardError.write(
                "\r\u{1B}[K\(done) of \(seeds.count) seeds, \(failed) failed, \(rate(done, ContinuousClock.now - began))"
            )
        }
    }

    private func report(_ state: State, took: Duration) {
        for outcome in state.failures.sorted(by: { $0.plan.seed < $1.plan.seed }) {
            guard let violation = outcome.violation else { continue }
            print("seed \(outcome.plan.seed) (\(outcome.plan.profile.rawValue)) fails: \(violation)")
        }
        for text in state.brokenSeeds.sorted() { print(text) }
        print("\(state.done) seeds, \(state.failures.count) failed, \(rate(state.done, took))")
        if let first = state.failures.map(\.plan.seed).min() {
            print("see more with: martlet-sim --seed \(first) --trace, or --shrink")
        }
    }

    private func rate(_ count: Int, _ took: Duration) -> String {
        let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
        let tenths = Int((Double(count) / max(seconds, 0.001) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) seeds/s"
    }
}
