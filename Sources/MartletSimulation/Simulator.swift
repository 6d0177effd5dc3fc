public import MartletSQL

/// Runs worlds, and makes failing ones small.
public enum Simulator {
    /// One world from its plan. Blocks the thread until it is over.
    ///
    /// - Parameter traces: whether the outcome tells everything that happened.
    public static func run(_ plan: SimulationPlan, traces: Bool = false) throws(SQLError) -> Outcome {
        try World(plan, traces: traces).run()
    }
}
