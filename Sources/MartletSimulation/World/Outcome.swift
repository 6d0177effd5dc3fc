/// What became of one run.
public struct Outcome: Hashable, Sendable {
    public var plan: SimulationPlan
    /// `nil` when everything held.
    public var violation: Violation?
    /// Equal for equal runs.
    public var fingerprint: UInt64
    /// Virtual.
    public var duration: Duration
    /// Empty unless it was asked for.
    public var trace: [TraceLine]
}
