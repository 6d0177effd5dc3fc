public import MartletSQL

/// Runs worlds, and makes failing ones small.
public enum Simulator {
    /// One world from its plan. Blocks the thread until it is over.
    ///
    /// - Parameter traces: whether the outcome tells everything that happened.
    public static func run(_ plan: SimulationPlan, traces: Bool = false) throws(SQLError) -> Outcome {
        try World(plan, traces: traces).run()
    }

    /// A plan with as few steps as possible that violates the same invariant as a failing one.
    ///
    /// - Parameter report: called with each smaller plan, and the number of runs so far.
    public static func shrink(
        _ outcome: Outcome,
        report: @escaping (SimulationPlan, Int) -> Void = { _, _ in }
    ) throws(SQLError) -> Outcome {
        guard let violation = outcome.violation else { return outcome }
        var shrinker = Shrinker(outcome.plan, violation.invariant, report: report)
        try shrinker.shrink()
        return try run(shrinker.smallest, traces: true)
    }
}
