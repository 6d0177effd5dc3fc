import MartletSQL

/// Leaves out steps of a failing plan for as long as the same invariant is violated.
struct Shrinker {
    private let invariant: Invariant
    /// The smallest that fails so far.
    private(set) var smallest: SimulationPlan
    private(set) var runs = 0
    /// Orders of things that are tried for each list of steps: without a step, the old order may miss the moment.
    private let variations: UInt64
    private let report: (SimulationPlan, Int) -> Void

    init(
        _ plan: SimulationPlan,
        _ invariant: Invariant,
        variations: UInt64 = 4,
        report: @escaping (SimulationPlan, Int) -> Void
    ) {
        (smallest, self.invariant, self.variations, self.report) = (plan, invariant, variations, report)
    }

    /// Halves, quarters and so on down to single steps; then again, until no step can be left out.
    mutating func shrink() throws(SQLError) {
        var portion = max(1, smallest.steps.count / 2)
        while true {
            let count = smallest.steps.count
            var first = 0
            while first < smallest.steps.count {
                let last = min(first + portion, smallest.steps.count)
                var candidate = smallest
                candidate.steps.removeSubrange(first..<last)
                if !(try accept(candidate)) { first = last }
            }
            if portion > 1 {
                portion /= 2
            } else if smallest.steps.count == count {
                return
            }
        }
    }

    private mutating func accept(_ candidate: SimulationPlan) throws(SQLError) -> Bool {
        for offset in 0..<variations {
            var candidate = candidate
            candidate.variation = smallest.variation &+ offset
            runs += 1
            guard try Simulator.run(candidate).violation?.invariant == invariant else { continue }
            smallest = candidate
            report(smallest, runs)
            return true
        }
        return false
    }
}
