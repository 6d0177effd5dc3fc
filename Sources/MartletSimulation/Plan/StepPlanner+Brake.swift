import MartletTestSupport

/// Much runs that nobody speaks of, as after the loss of a database, and then its domain is called complete.
extension StepPlanner {
    mutating func planBrake() {
        for _ in 0..<seconds(0...4) {
            planWork()
            pause()
        }
        var ghosts = seconds(8...14)
        for index in 0..<ghosts {
            plan(.ghost(cell: index % cellCount, app: SimulatedApp.forgotten, index: index))
            time += .milliseconds(seconds(0...400))
        }
        plan(.freshen(seconds: 100_000), after: .seconds(seconds(0...5)))
        time += .seconds(seconds(1...45))
        for _ in 0..<seconds(3...10) {
            planChange(&ghosts)
            pause()
        }
        // What is left is let go, or stays.
        if random.once(in: 2) { plan(.releaseBrake) }
    }

    private mutating func planChange(_ ghosts: inout Int) {
        switch seconds(0...9) {
        case 0: plan(.releaseBrake)
        case 1:
            plan(.desire(app: SimulatedApp.forgotten, instances: seconds(1...14)))
        case 2: plan(.scale(app: SimulatedApp.forgotten, to: seconds(0...14)))
        case 3:
            plan(.ghost(cell: ghosts % cellCount, app: SimulatedApp.forgotten, index: ghosts))
            ghosts += 1
        case 4: time += .seconds(seconds(5...40))
        default: planWork()
        }
    }
}
