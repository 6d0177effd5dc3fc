import MartletTestSupport

/// Everything about one run that is decided before it starts; the rest follows from the seed.
public struct SimulationPlan: Hashable, Sendable {
    public var seed: UInt64
    public var profile: Profile
    /// How many containers each cell has room for.
    public var rooms: [Int]
    public var steps: [Step]
    /// When the last fault ends, from the start.
    public var calmFrom: Duration
    /// Draws another order of things for the same steps.
    public var variation: UInt64 = 0

    /// The plan of a seed.
    public init(seed: UInt64) {
        var planner = StepPlanner(seed: seed)
        planner.planAll()
        self.seed = seed
        profile = planner.profile
        rooms = planner.rooms
        steps = planner.steps
        calmFrom = planner.time + .seconds(1)
    }

    public var cellCount: Int { rooms.count }

    /// The same without the steps of other numbers.
    public func keeping(_ numbers: Set<Int>) -> SimulationPlan {
        var plan = self
        plan.steps = steps.filter { numbers.contains($0.number) }
        return plan
    }

    var schedulingSeed: UInt64 { (seed &+ 1) &* 0x9E37_79B9_7F4A_7C15 ^ (variation &* 0xD1B5_4A32_D192_ED03) }
    var hasClockSteps: Bool {
        steps.contains { step in
            switch step.action {
            case .stepServerClock, .stepCellClock: true
            default: false
            }
        }
    }
}
