import MartletTestSupport

/// Draws the steps of a seed.
struct StepPlanner {
    private(set) var profile: Profile
    private(set) var rooms: [Int]
    private(set) var steps: [Step] = []
    /// When the next step may happen.
    var time: Duration = .seconds(3)
    var random: SplitMix64
    /// Instances that each app has by now, as far as the plan knows; `nil` when it is not desired.
    private var wanted = [Int?](repeating: nil, count: SimulatedApp.forgotten)
    private var lost: Set<Int> = []
    private var flag = false
    private var crashes = 0
    private var ghosts = 0
    private var taskCount = 0

    init(seed: UInt64) {
        random = SplitMix64(seed: seed &* 2 &+ 1)
        // One in four is calm: its rules are the strictest.
        let faulty: [Profile] = [.cells, .network, .servers, .clocks, .disk, .brake, .storm]
        profile = random.once(in: 4) ? .calm : random.pick(faulty)
        // Sometimes so little that not all find a place.
        let isScarce = random.once(in: 3) && profile != .brake
        rooms = []
        for _ in 0..<Int.random(in: 3...5, using: &random) {
            rooms.append(Int.random(in: isScarce ? 2...6 : 10...14, using: &random))
        }
    }

    mutating func planAll() {
        if !random.once(in: 6) { plan(.setFlag(true)) }
        if profile == .brake { return planBrake() }
        for _ in 0..<Int.random(in: 24...40, using: &random) {
            if profile != .calm && random.once(in: 4) { planFault() } else { planWork() }
            pause()
        }
        if profile == .calm { plan(.expectSettled, after: .seconds(8)) }
    }

    var cellCount: Int { rooms.count }

    mutating func pause() {
        if profile == .calm && random.once(in: 5) {
            plan(.expectSettled, after: .seconds(8))
            return time += .milliseconds(10)
        }
        let milliseconds = random.once(in: 3) ? 0 : Int.random(in: 1...3_000, using: &random)
        time += .milliseconds(milliseconds)
        if random.once(in: 12) { time += .seconds(Int.random(in: 5...20, using: &random)) }
    }

    mutating func plan(_ action: Action, after pause: Duration = .zero) {
        time += pause
        steps.append(Step(number: steps.count, at: time, action: action))
    }

    mutating func planWork() {
        switch Int.random(in: 0...20, using: &random) {
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
        case 13...15: planOddity()
        default: planTask()
        }
    }

    private mutating func planTask() {
        if taskCount > 0 {
            let number = seconds(0...taskCount - 1)
            switch Int.random(in: 0...11, using: &random) {
            case 0: return plan(.cancelTask(number))
            case 1, 2: return plan(.takeOutcomes(forgets: random.once(in: 4)))
            case 3 where profile != .calm:
                return plan(.ghostTask(cell: seconds(0...cellCount - 1), number))
            default: break
            }
        }
        let isLong = random.once(in: 3)
        let task = SimulatedTask(
            number: taskCount,
            isDocker: Bool.random(using: &random),
            hasCallback: Bool.random(using: &random),
            milliseconds: Int.random(in: isLong ? 3_000...20_000 : 10...3_000, using: &random),
            fails: random.once(in: 6)
        )
        taskCount += 1
        plan(.desireTask(task))
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
        if profile == .calm || ghosts >= 6 || random.once(in: 3) {
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

    mutating func seconds(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

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
