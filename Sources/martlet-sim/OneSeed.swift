import MartletSimulation

/// One seed, told in full when it fails.
struct OneSeed {
    let plan: SimulationPlan
    let traces: Bool
    let shrinks: Bool

    /// - Returns: whether every invariant held.
    func run() throws -> Bool {
        // A replay is exact, so the trace is made only when there is something to tell.
        let outcome = try Simulator.run(plan, traces: traces)
        guard outcome.violation != nil else {
            tell(outcome)
            return true
        }
        if shrinks {
            tell(
                try Simulator.shrink(outcome) { plan, runs in
                    print("\(plan.steps.count) steps after \(runs) runs")
                }
            )
        } else {
            tell(traces ? outcome : try Simulator.run(plan, traces: true))
        }
        return false
    }

    private func tell(_ outcome: Outcome) {
        let plan = outcome.plan
        if !outcome.trace.isEmpty {
            print("steps:")
            for step in plan.steps { print("  \(step)") }
            print("what happened:")
            for line in outcome.trace { print(line) }
        }
        print(
            "seed \(plan.seed), \(plan.profile.rawValue), \(plan.cellCount) cells, \(plan.steps.count) steps, \(outcome.duration) virtual"
        )
        guard let violation = outcome.violation else { return print("every invariant held (\(outcome.fingerprint))") }
        print("violates \(violation)")
        guard plan.steps.count < SimulationPlan(seed: plan.seed).steps.count || plan.variation != 0 else { return }
        let numbers = plan.steps.map { "\($0.number)" }.joined(separator: ",")
        print("again: martlet-sim --seed \(plan.seed) --variation \(plan.variation) --only \(numbers)")
    }
}
