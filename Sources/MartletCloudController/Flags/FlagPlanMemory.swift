/// The last few plans, so that a refusal can say what has changed since. Only words depend on it: after a restart of the
/// server a refusal tells the two totals instead.
actor FlagPlanMemory {
    /// Together they have at most so many instances and tasks.
    private static let keyLimit = 2_000_000
    private static let planLimit = 16

    private var plans: [(token: FlagPlanToken, keys: Set<Int>)] = []

    func remember(_ stops: FlagStops) {
        plans.removeAll { $0.token.digest == stops.token.digest }
        plans.append((stops.token, stops.keys))
        while plans.count > Self.planLimit
            || (plans.count > 1 && plans.reduce(0) { $0 + $1.keys.count } > Self.keyLimit)
        {
            plans.removeFirst()
        }
    }

    /// What has changed since the plan, as the beginning of a sentence.
    func difference(from token: FlagPlanToken, to now: FlagStops) -> String {
        guard let then = plans.last(where: { $0.token.digest == token.digest })?.keys else {
            return "\(token.count) were to stop in that plan, and now it is \(now.keys.count)"
        }
        let (more, fewer) = (now.keys.subtracting(then).count, then.subtracting(now.keys).count)
        switch (more, fewer) {
        case (0, let fewer): return "\(fewer) fewer would stop than in that plan"
        case (let more, 0): return "\(more) more would stop than in that plan"
        default: return "\(more) more and \(fewer) fewer would stop than in that plan"
        }
    }
}
