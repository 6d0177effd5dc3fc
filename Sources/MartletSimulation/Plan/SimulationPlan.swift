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

/// Draws the steps of a seed.
private struct StepPlanner {
    private(set) var profile: Profile
    private(set) var rooms: [Int]
    private(set) var steps: [Step] = []
    /// When the next step may happen.
    private(set) var time: Duration = .seconds(3)
    private var random: SplitMix64
    /// Instances that each app has by now, as far as the plan knows; `nil` when it is not desired.
    private var wanted = [Int?](repeating: nil, count: SimulatedApp.all.count)
    private var lost: Set<Int> = []
    private var flag = false
    private var crashes = 0
    private var ghosts = 0

    init(seed: UInt64) {
        random = SplitMix64(seed: seed &* 2 &+ 1)
        // One in four is calm: its rules are the strictest.
        let faulty: [Profile] = [.cells, .network, .servers, .clocks, .disk, .storm]
        profile = random.once(in: 4) ? .calm : random.pick(faulty)
        // Sometimes so little that not all find a place.
        let isScarce = random.once(in: 3)
        rooms = []
        for _ in 0..<Int.random(in: 3...5, using: &random) {
            rooms.append(Int.random(in: isScarce ? 2...6 : 10...14, using: &random))
        }
    }

    mutating func planAll() {
        if !random.once(in: 6) { plan(.setFlag(true)) }
        for _ in 0..<Int.random(in: 24...40, using: &random) {
            if profile != .calm && random.once(in: 4) { planFault() } else { planWork() }
            pause()
        }
        if profile == .calm { plan(.expectSettled, after: .seconds(8)) }
    }

    private var cellCount: Int { rooms.count }

    private mutating func pause() {
        if profile == .calm && random.once(in: 5) {
            plan(.expectSettled, after: .seconds(8))
            return time += .milliseconds(10)
        }
        let milliseconds = random.once(in: 3) ? 0 : Int.random(in: 1...3_000, using: &random)
        time += .milliseconds(milliseconds)
        if random.once(in: 12) { time += .seconds(Int.random(in: 5...20, using: &random)) }
    }

    private mutating func plan(_ action: Action, after pause: Duration = .zero) {
        time += pause
        steps.append(Step(number: steps.count, at: time, action: action))
    }

    private mutating func planWork() {
        switch Int.random(in: 0...13, using: &random) {
        case 0...3: planDesire()
        case 4...6: planScale()
        case 7: planRemove()
        case 8, 9:
            flag = random.once(in: 4) ? flag : !flag
            plan(.setFlag(flag))
            if random.once(in: 3) {
                flag.toggle()
                plan(.setFlag(flag), after: .milliseconds(Int.random(in: 0...80, using: &random)))
            }
        case 10: plan(.setMessage(random.once(in: 3) ? nil : "closed for repairs \(steps.count)"))
        case 11: planCrash()
        case 12: plan(.freshen(seconds: random.pick([1, 10, 40])))
        default: planOddity()
        }
    }

    private mutating func planDesire() {
        let app = Int.random(in: 0..<wanted.count, using: &random)
        if wanted[app] != nil { return planScale() }
        let instances = Int.random(in: 1...4, using: &random)
        wanted[app] = instances
        plan(.desire(app: app, instances: instances))
    }

    private mutating func planScale() {
        guard let app = wanted.indices.filter({ wanted[$0] != nil }).randomElement(using: &random) else { return }
        let instances = Int.random(in: 0...4, using: &random)
        wanted[app] = instances
        plan(.scale(app: app, to: instances))
    }

    private mutating func planRemove() {
        guard let app = wanted.indices.filter({ wanted[$0] != nil }).randomElement(using: &random) else { return }
        wanted[app] = nil
        plan(.remove(app: app))
    }

    private mutating func planCrash() {
        // More in a row would wait for longer than the run takes.
        guard crashes < 4 else { return planScale() }
        crashes += 1
        if random.once(in: 2), let app = wanted.indices.filter({ wanted[$0] ?? 0 > 0 }).randomElement(using: &random) {
            // Until it has to wait.
            for _ in 0..<3 { plan(.crashInstance(app: app, index: 0), after: .seconds(seconds(3...5))) }
            return
        }
        plan(.crash(pick: Int.random(in: 0...99, using: &random)))
    }

    private mutating func planOddity() {
        let app = Int.random(in: 0..<wanted.count, using: &random)
        if profile == .calm || ghosts >= 3 || random.once(in: 3) {
            return plan(.retire(app: app, index: Int.random(in: 0...3, using: &random)))
        }
        ghosts += 1
        let index = Int.random(in: 0...5, using: &random)
        plan(.ghost(cell: Int.random(in: 0..<cellCount, using: &random), app: app, index: index))
    }

    private mutating func planFault() {
        var kinds: [(inout StepPlanner) -> Void] = []
        if profile.hasCellLoss { kinds += [{ $0.planCellLoss() }] }
        if profile.hasNetworkFaults { kinds += [{ $0.planCut() }, { $0.planDisturbance() }] }
        if profile.hasServerKills { kinds += [{ $0.planKill() }, { $0.planKill() }, { $0.planSecondServer() }] }
        if profile.hasClockSteps { kinds += [{ $0.planClockStep() }] }
        if profile.hasFullDisk { kinds += [{ $0.plan(.fillDisk(seconds: $0.seconds(1...12))) }] }
        random.pick(kinds)(&self)
    }

    private mutating func seconds(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    private mutating func planCellLoss() {
        if let cell = lost.sorted().randomElement(using: &random), !random.once(in: 3) {
            lost.remove(cell)
            return plan(.returnCell(cell))
        }
        let cell = seconds(0...cellCount - 1)
        lost.insert(cell)
        plan(.loseCell(cell, keepsContainers: Bool.random(using: &random)))
        // Otherwise most would be back before anybody has missed them.
        if random.once(in: 2) { time += .seconds(seconds(10...20)) }
    }

    private mutating func planCut() {
        let direction = random.pick(Action.Direction.allCases)
        plan(.cutOff(cell: seconds(0...cellCount - 1), direction, seconds: seconds(1...30)))
    }

    private mutating func planDisturbance() {
        let faults = MessageFaults(
            requestsLost: random.pick([0, 0, 50, 300]),
            answersLost: random.pick([0, 50, 300]),
            duplicated: random.pick([0, 50, 300]),
            slow: random.pick([0, 100, 400])
        )
        plan(.disturb(faults, seconds: seconds(1...15)))
    }

    private mutating func planKill() {
        let jobs = random.pick([0, 5, 20, 60])
        let down = Duration.milliseconds(random.pick([10, 500, 3_000, 8_000]))
        plan(.killServer(afterJobs: seconds(0...jobs), downFor: down))
    }

    private mutating func planSecondServer() { plan(.addServer(seconds: seconds(1...15))) }

    private mutating func planClockStep() {
        let step = random.pick([-20, -3, 2, 16, 20])
        if random.once(in: 3) { return plan(.stepCellClock(seconds(0...cellCount - 1), seconds: step)) }
        plan(.stepServerClock(seconds: step))
    }
}
