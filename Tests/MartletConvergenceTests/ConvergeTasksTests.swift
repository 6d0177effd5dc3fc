import MartletConvergence
import MartletModels
import MartletTestSupport
import Testing

@Suite("Convergence of tasks")
struct ConvergeTasksTests {
    /// Thirty minutes and a bit after the epoch.
    private static let now = Timestamp.epoch + .seconds(10_000)
    private static let on = AdmissionPolicy(flags: [FeatureFlag(name: .diegoDocker, enabled: true)])
    private static let off = AdmissionPolicy(
        flags: [FeatureFlag(name: .diegoDocker, enabled: false, customErrorMessage: "later")]
    )
    private static let refusal = "not admitted: feature flag diego_docker is disabled: later"

    private func plan(
        _ tasks: [MartletTask],
        policy: AdmissionPolicy = on,
        asked: [TaskGUID: Timestamp] = [:],
        cellAppearedAt: Timestamp? = nil,
        flagChangedAt: Timestamp? = nil,
        startedAt: Timestamp? = nil
    ) -> TaskPlan {
        let snapshot = TaskSnapshot(
            now: Self.now,
            tasks: tasks.map { TaskSummary($0) },
            liveCells: ["a"],
            policy: policy,
            asked: asked,
            cellAppearedAt: cellAppearedAt,
            flagChangedAt: flagChangedAt,
            startedAt: startedAt
        )
        let plan = convergeTasks(snapshot)
        #expect(TaskPlanChecker(snapshot).contradictions(in: plan) == [])
        return plan
    }

    private func ago(_ seconds: Int) -> Timestamp { Self.now + .seconds(-seconds) }
    private func pending(
        ago seconds: Int,
        created: Int? = nil,
        rejections: Int = 0,
        reason: String = "",
        _ definition: TaskDefinition = .fixture()
    ) -> MartletTask {
        .fixture(
            "t",
            createdAt: ago(created ?? seconds),
            updatedAt: ago(seconds),
            rejectionCount: rejections,
            rejectionReason: reason,
            definition: definition
        )
    }

    private func only(_ change: (inout TaskPlan) -> Void) -> TaskPlan {
        var plan = TaskPlan()
        change(&plan)
        return plan
    }

    private func seen(ago seconds: Int) -> SeenTask { SeenTask(guid: "t", updatedAt: ago(seconds)) }

    @Test("a task that waits longer than half an hour fails, and its outcome is sent at once")
    func expiry() {
        let task = pending(ago: 5, created: 1_800, .fixture(callback: "http://x"))
        #expect(
            plan([task])
                == only {
                    $0.expire = [seen(ago: 5)]
                    $0.deliver = ["t"]
                }
        )
        #expect(plan([pending(ago: 5, created: 1_799)]).nextDue == Self.now + .seconds(1))
    }

    @Test("a waiting task is auctioned 30 s after the last try, whoever remembers it")
    func kick() {
        #expect(plan([pending(ago: 29)]).nextDue == Self.now + .seconds(1))
        #expect(plan([pending(ago: 29)]).isEmpty)
        #expect(plan([pending(ago: 30)]).auction == ["t"])
        #expect(plan([pending(ago: 300)], asked: ["t": ago(20)]).nextDue == Self.now + .seconds(10))
        #expect(plan([pending(ago: 300)], asked: ["t": ago(20)]).auction == [])
    }

    @Test("a new cell is a new chance for what found no place before it")
    func newCell() {
        #expect(plan([pending(ago: 9, rejections: 1, reason: "full")], cellAppearedAt: ago(8)).auction == ["t"])
        #expect(plan([pending(ago: 9, rejections: 1, reason: "full")], cellAppearedAt: ago(10)).auction == [])
        #expect(plan([pending(ago: 9)], cellAppearedAt: ago(8)).auction == [], "it is on its way")
        let asked: [TaskGUID: Timestamp] = ["t": ago(7)]
        #expect(
            plan([pending(ago: 9, rejections: 1, reason: "full")], asked: asked, cellAppearedAt: ago(8)).auction == []
        )
    }

    @Test("what waits since before a start of the server is on its way to nobody")
    func restart() {
        #expect(plan([pending(ago: 9)], startedAt: ago(8)).auction == ["t"])
        #expect(plan([pending(ago: 9)], asked: ["t": ago(7)], startedAt: ago(8)).auction == [])
        #expect(plan([pending(ago: 7)], startedAt: ago(8)).auction == [])
    }

    @Test("while the flag is off a waiting Docker task is told so once, and is not auctioned")
    func refused() {
        let waiting = plan([pending(ago: 300)], policy: Self.off)
        #expect(waiting.refuse == [RefusedTask(task: seen(ago: 300), reason: Self.refusal)])
        #expect(waiting.auction == [])
        let told = plan([pending(ago: 300, reason: Self.refusal)], policy: Self.off)
        #expect(told.isEmpty)
        #expect(told.nextDue == Self.now + .seconds(1_500), "it expires all the same")
        let toldOtherwise = plan([pending(ago: 300, reason: "not admitted: because")], policy: Self.off)
        #expect(toldOtherwise.refuse.map(\.reason) == [Self.refusal])
        #expect(plan([pending(ago: 300, .fixture(rootFS: "preloaded:stack"))], policy: Self.off).auction == ["t"])
    }

    @Test("when the flag is set again, refused tasks are auctioned at once, and then left to that auction")
    func readmitted() {
        let task = pending(ago: 9, reason: Self.refusal)
        #expect(plan([task]).auction == ["t"])
        #expect(plan([task], asked: ["t": ago(10)]).auction == ["t"], "asked before it was refused")
        #expect(plan([task], asked: ["t": ago(8)]).auction == [])
        #expect(
            plan([task], asked: ["t": ago(8)], flagChangedAt: ago(7)).auction == ["t"],
            "a cell may have been refused on the way, because the flag was off again for a moment"
        )
        #expect(plan([task], asked: ["t": ago(7)], flagChangedAt: ago(8)).auction == [])
    }

    @Test("a task whose cell is gone fails, and its outcome is sent at once; with no cell at all, every one")
    func lostCell() {
        let lost = MartletTask.fixture("t", .running("gone"), definition: .fixture(callback: "http://x"))
        let expected = only {
            $0.lose = [SeenTask(guid: "t", updatedAt: .epoch)]
            $0.deliver = ["t"]
        }
        #expect(plan([lost]) == expected)
        #expect(plan([lost], policy: Self.off) == expected, "there is no cell to tell")
        #expect(plan([.fixture("t", .running("a"))]).isEmpty)
    }

    @Test("a running Docker task is ended while the flag is off, and its cell told; others run on")
    func stopped() {
        let task = MartletTask.fixture("t", .running("a"), updatedAt: ago(3))
        let stop = StoppedTask(task: seen(ago: 3), cellID: "a", reason: Self.refusal)
        #expect(plan([task], policy: Self.off) == only { $0.stop = [stop] })
        let preloaded = MartletTask.fixture("t", .running("a"), definition: .fixture(rootFS: "preloaded:stack"))
        #expect(plan([preloaded], policy: Self.off).isEmpty)
    }

    @Test("an outcome that nobody finished to take is offered again, and sent or deleted in the same pass")
    func demoted() {
        let callback = TaskDefinition.fixture(callback: "http://x")
        func resolving(ago seconds: Int, completed: Int, _ definition: TaskDefinition) -> MartletTask {
            .fixture("t", .resolving(completedAt: ago(completed)), updatedAt: ago(seconds), definition: definition)
        }
        #expect(plan([resolving(ago: 29, completed: 119, callback)]).nextDue == Self.now + .seconds(1))
        let stuck = plan([resolving(ago: 30, completed: 31, callback)])
        #expect(stuck.demote == [seen(ago: 30)] && stuck.deliver == ["t"] && stuck.delete == [])
        let old = plan([resolving(ago: 30, completed: 120, callback)])
        #expect(old.demote == [seen(ago: 30)] && old.deliver == [] && old.delete == [seen(ago: 30)])
        #expect(plan([resolving(ago: 30, completed: 31, .fixture())]).deliver == [])
    }

    @Test("an outcome is sent again after 30 s and deleted after two minutes")
    func completed() {
        func task(ago seconds: Int, completed: Int, callback: String) -> MartletTask {
            .fixture(
                "t",
                .completed(at: ago(completed)),
                updatedAt: ago(seconds),
                definition: .fixture(callback: callback)
            )
        }
        #expect(plan([task(ago: 29, completed: 29, callback: "u")]).nextDue == Self.now + .seconds(1))
        #expect(plan([task(ago: 30, completed: 30, callback: "u")]).deliver == ["t"])
        let silent = plan([task(ago: 30, completed: 30, callback: "")])
        #expect(silent.isEmpty && silent.nextDue == Self.now + .seconds(90))
        #expect(plan([task(ago: 120, completed: 120, callback: "u")]) == only { $0.delete = [seen(ago: 120)] })
    }

    @Test("a plan is readable")
    func text() {
        let tasks = [
            MartletTask.fixture("run", .running("a")), .fixture("lost", .running("gone")),
            .fixture("wait", createdAt: Self.now, updatedAt: Self.now),
        ]
        let plan = plan(tasks, policy: Self.off)
        #expect(
            plan.description == """
                lose-task lost
                stop-task run: on a, \(Self.refusal)
                refuse-task wait: \(Self.refusal)
                """
        )
        #expect(plan.counts == ["lose-task": 1, "stop-task": 1, "refuse-task": 1])
        #expect(TaskPlan().description == "nothing to do")
    }
}

@Suite("The checker of task plans")
struct TaskPlanCheckerTests {
    @Test("contradictions are found and named")
    func findings() {
        let snapshot = TaskSnapshot(
            now: .epoch,
            tasks: [
                TaskSummary(.fixture("p")), TaskSummary(.fixture("r", .running("a"))),
                TaskSummary(.fixture("c", .completed(at: .epoch))),
            ],
            liveCells: ["a"],
            policy: AdmissionPolicy(flags: [FeatureFlag(name: .diegoDocker, enabled: false)])
        )
        var plan = TaskPlan()
        plan.auction = ["p", "p", "r", "x"]
        plan.expire = [SeenTask(guid: "p", updatedAt: .epoch)]
        plan.lose = [SeenTask(guid: "r", updatedAt: .epoch)]
        plan.deliver = ["c"]
        #expect(
            Set(TaskPlanChecker(snapshot).contradictions(in: plan).map(\.description)) == [
                "auction-task repeats p, or has it out of order", "p is in auction-task and expire-task",
                "r is in auction-task and lose-task", "deliver-task c, which is Completed",
                "auction-task r, which is Running", "x is not in the snapshot", "p is auctioned but not admitted",
                "r is auctioned but not admitted", "r is lost although its cell lives",
            ]
        )
    }

    @Test("only the tasks that are contradicted are left out")
    func sound() {
        let snapshot = TaskSnapshot(
            now: .epoch,
            tasks: [TaskSummary(.fixture("p")), TaskSummary(.fixture("r", .running("a"))), TaskSummary(.fixture("q"))],
            liveCells: ["a"],
            policy: AdmissionPolicy(flags: [FeatureFlag(name: .diegoDocker, enabled: true)])
        )
        var sound = TaskPlan()
        sound.auction = ["p"]
        sound.expire = [SeenTask(guid: "q", updatedAt: .epoch)]
        #expect(TaskPlanChecker(snapshot).sound(sound).plan == sound)
        var plan = sound
        plan.auction = ["p", "r"]
        plan.lose = [SeenTask(guid: "r", updatedAt: .epoch)]
        let (rest, contradictions) = TaskPlanChecker(snapshot).sound(plan)
        #expect(rest == sound)
        #expect(Set(contradictions.map(\.task)) == ["r"])
    }
}

@Suite("Properties of task plans")
struct TaskPlanPropertyTests {
    private func randomTask(_ number: Int, _ random: inout SplitMix64, until now: Timestamp) -> MartletTask {
        let limit = Int((now - .epoch) / .seconds(1))
        let created = Int.random(in: max(0, limit - 2_000)...limit, using: &random)
        let updated = Int.random(in: max(created, limit - 200)...limit, using: &random)
        let completed = Timestamp.epoch + .seconds(Int.random(in: created...updated, using: &random))
        let cell = CellID(random.pick(["a", "b", "gone"]))
        let state: MartletTask.State =
            switch Int.random(in: 0..<4, using: &random) {
            case 0: .pending(rejectedBy: random.once(in: 2) ? cell : nil)
            case 1: .running(cell)
            case 2: .completed(at: completed)
            default: .resolving(completedAt: completed)
            }
        let reasons = ["", "full", "not admitted: feature flag diego_docker is disabled", "not admitted: old text"]
        return .fixture(
            "t\(number)",
            state,
            createdAt: .epoch + .seconds(created),
            updatedAt: .epoch + .seconds(updated),
            rejectionCount: Int.random(in: 0...3, using: &random),
            rejectionReason: random.pick(reasons),
            definition: .fixture(
                rootFS: random.pick(["docker:///x", "preloaded:stack"]),
                callback: random.pick(["", "http://x"])
            )
        )
    }

    @Test("plans do not contradict themselves, and are the sum of the plans for each task", arguments: UInt64(0)..<100)
    func sound(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let now = Timestamp.epoch + .seconds(5_000)
        var snapshot = TaskSnapshot(
            now: now,
            tasks: (0..<40).map { TaskSummary(randomTask($0, &random, until: now)) },
            liveCells: ["a", "b"],
            policy: AdmissionPolicy(flags: [FeatureFlag(name: .diegoDocker, enabled: random.once(in: 2))]),
            cellAppearedAt: random.once(in: 2) ? now + .seconds(-50) : nil,
            startedAt: random.once(in: 2) ? now + .seconds(-20) : nil
        )
        for task in snapshot.tasks where random.once(in: 3) { snapshot.asked[task.guid] = now + .seconds(-9) }
        let plan = convergeTasks(snapshot)
        #expect(TaskPlanChecker(snapshot).contradictions(in: plan) == [])
        let parts = snapshot.tasks.map { task in
            var part = snapshot
            part.tasks = [task]
            return convergeTasks(part)
        }
        #expect(Set(plan.items) == Set(parts.flatMap(\.items)))
        #expect(plan.nextDue == parts.compactMap(\.nextDue).min())
        #expect(plan.nextDue.map { $0 > now } ?? true)
        snapshot.tasks.shuffle(using: &random)
        #expect(convergeTasks(snapshot) == plan)
    }
}
