import MartletConvergence
import MartletModels
import MartletSQL
import MartletTestSupport
import Testing

@testable import MartletStore

@Suite("Task verbs")
struct StoreTransactionTasksTests {
    private let guid = TaskGUID("t")
    private let domain = DomainName("tasks")
    private let cell = CellID("a")

    private func refusal(_ body: () async throws(StoreError) -> Void) async -> String? {
        do throws(StoreError) { try await body() } catch { return error.name }
        return nil
    }

    @Test("a task lives from desire to delete, and every change of it is an event")
    func life() async throws {
        let test = try TestStore()
        let store = test.store
        let created = try await store.desireTask(guid, domain: domain, .fixture(rootFS: "preloaded:stack"))
        let pending = try #require(created.after)
        #expect(try await store.task(guid) == pending && pending.createdAt == test.time.now)
        test.time.advance(by: .seconds(1))
        #expect(try await store.startTask(guid, on: cell))
        #expect(try await store.startTask(guid, on: cell) == false)
        let running = try await store.task(guid)
        let completed = try await store.completeTask(guid, on: cell, failed: false, result: "r").after
        let resolving = try await store.resolveTask(guid).after
        let deleted = try await store.deleteTask(guid)
        #expect(deleted == Change(before: resolving, after: nil))
        #expect(await refusal { () throws(StoreError) in _ = try await store.task(guid) } == "not found")
        let events = try await store.events(after: 0).map(\.event)
        #expect(
            events == [
                .task(.taskCreated(pending)), .task(.taskChanged(before: pending, after: running)),
                .task(.taskChanged(before: running, after: try #require(completed))),
                .task(.taskChanged(before: try #require(completed), after: try #require(resolving))),
                .task(.taskRemoved(try #require(resolving))),
            ]
        )
    }

    @Test("refusals change nothing and tell nobody")
    func refusals() async throws {
        let test = try TestStore()
        let store = test.store
        try await store.desireTask(guid, domain: domain, .fixture(rootFS: "preloaded:stack"))
        #expect(
            await refusal { () throws(StoreError) in
                try await store.desireTask(guid, domain: "elsewhere", .fixture())
            } == "already exists"
        )
        #expect(
            await refusal { () throws(StoreError) in
                try await store.desireTask("other", domain: domain, TaskDefinition(rootFS: RootFS(""), action: nil))
            } == "invalid"
        )
        #expect(
            await refusal { () throws(StoreError) in try await store.resolveTask(guid) }
                == "Cannot transition from Pending to Resolving"
        )
        #expect(
            await refusal { () throws(StoreError) in try await store.deleteTask(guid) }
                == "Cannot transition from Pending to Resolving"
        )
        _ = try await store.startTask(guid, on: cell)
        #expect(
            await refusal { () throws(StoreError) in try await store.completeTask(guid, on: "b", failed: false) }
                == "Running on cell a not b"
        )
        #expect(await refusal { () throws(StoreError) in try await store.cancelTask("none") } == "not found")
        #expect(try await store.events(after: 0).count == 2)
    }

    @Test("cancel, fail and exhausted rejection end it with their reasons")
    func endings() async throws {
        let test = try TestStore()
        for name in ["c", "f", "r"] { try await test.store.desireTask(TaskGUID(name), domain: domain, .fixture()) }
        try await test.store.cancelTask("c")
        try await test.store.failTask("f", reason: "broken")
        for _ in 0..<3 { try await test.store.rejectTask("r", reason: "full") }
        #expect(try await test.store.task("r").state == .pending(rejectedBy: nil))
        let change = try await test.store.rejectTask("r", reason: "still full")
        #expect(change.before?.rejectionCount == 3 && change.after?.rejectionCount == 4)
        let reasons = try await test.store.tasks().map { $0.completion?.failureReason }
        #expect(reasons == ["task was cancelled", "broken", "still full"])
        let events = try await test.store.events(after: 0)
        #expect(events.count == 9, "the last rejection is one change")
    }

    @Test("lists filter by domain, cell and guid")
    func lists() async throws {
        let test = try TestStore()
        for (name, domain) in [("x", "one"), ("y", "one"), ("z", "two")] {
            try await test.store.desireTask(
                TaskGUID(name),
                domain: DomainName(domain),
                .fixture(rootFS: "preloaded:stack")
            )
        }
        for name in ["y", "z"] { _ = try await test.store.startTask(TaskGUID(name), on: cell) }
        func names(_ filter: TaskFilter) async throws -> [String] {
            try await test.store.tasks(filter).map(\.guid.rawValue)
        }
        #expect(try await names(TaskFilter()) == ["x", "y", "z"])
        #expect(try await names(TaskFilter(domain: "one")) == ["x", "y"])
        #expect(try await names(TaskFilter(cellID: cell)) == ["y", "z"])
        #expect(try await names(TaskFilter(domain: "one", cellID: cell)) == ["y"])
        #expect(try await names(TaskFilter(guids: ["z", "x"])) == ["x", "z"])
    }

    @Test("while the flag is off no Docker task starts, and one that has is not told to run again")
    func flag() async throws {
        let test = try TestStore()
        let store = test.store
        try await store.desireTask("docker", domain: domain, .fixture())
        try await store.desireTask("stack", domain: domain, .fixture(rootFS: "preloaded:stack"))
        func start(_ guid: TaskGUID) async -> String? {
            await refusal { () throws(StoreError) in _ = try await store.startTask(guid, on: cell) }
        }
        #expect(await start("docker") == "feature flag diego_docker is disabled")
        #expect(await start("stack") == nil)
        try await store.setFeatureFlag(.diegoDocker, enabled: true, by: "test")
        #expect(await start("docker") == nil)
        try await store.setFeatureFlag(.diegoDocker, enabled: false, by: "test")
        #expect(await start("docker") == "feature flag diego_docker is disabled")
        #expect(await start("none") == "not found")
        try await store.completeTask("docker", on: cell, failed: true, failureReason: "stopped")
        #expect(await start("docker") == "Cannot transition from Completed to Running")
    }

    @Test("what convergence does is not done to a task that has moved on")
    func movedOn() async throws {
        let test = try TestStore()
        let store = test.store
        try await store.desireTask(guid, domain: domain, .fixture(rootFS: "preloaded:stack"))
        let seen = SeenTask(guid: guid, updatedAt: test.time.now)
        test.time.advance(by: .seconds(1))
        _ = try await store.startTask(guid, on: cell)
        let before = try await store.task(guid)
        let unchanged = Change<MartletTask>(before: nil, after: nil)
        let stale = StoppedTask(task: seen, cellID: cell, reason: "flag")
        let current = SeenTask(guid: guid, updatedAt: before.updatedAt)
        let changes = try await store.write { (transaction) throws(StoreError) in
            [
                try transaction.expireTask(seen), try transaction.loseTask(seen), try transaction.stopTask(stale),
                try transaction.refuseTask(RefusedTask(task: seen, reason: "flag")), try transaction.demoteTask(seen),
                try transaction.pruneTask(seen), try transaction.pruneTask(current),
                try transaction.expireTask(current), try transaction.loseTask(SeenTask(guid: "x", updatedAt: .epoch)),
            ]
        }
        #expect(changes == Array(repeating: unchanged, count: changes.count))
        #expect(try await store.task(guid) == before)
    }
}

@Suite("Tasks that convergence looks at")
struct TaskCandidatesTests {
    private static let rules = TaskRules()

    private func step(
        _ random: inout SplitMix64,
        _ transaction: inout StoreTransaction
    ) throws(StoreError) {
        let guid = TaskGUID("t\(Int.random(in: 0..<12, using: &random))")
        let cell = CellID(random.pick(["a", "b", "c"]))
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1, 2:
            try transaction.desireTask(
                guid,
                domain: "tasks",
                .fixture(
                    rootFS: random.pick(["docker:///x", "preloaded:stack"]),
                    callback: random.pick(["", "http://x"])
                )
            )
        case 3, 4: _ = try transaction.startTask(guid, on: cell)
        case 5:
            try transaction.completeTask(guid, on: cell, failed: random.once(in: 2), failureReason: "", result: "")
        case 6: try transaction.failTask(guid, reason: "why")
        case 7: try transaction.rejectTask(guid, reason: "full")
        case 8: try transaction.resolveTask(guid)
        case 9:
            let seen = SeenTask(
                try transaction.snapshot.tasks().first.map { TaskSummary($0) } ?? TaskSummary(.fixture("t"))
            )
            try transaction.refuseTask(
                RefusedTask(task: seen, reason: random.pick(["not admitted: x", "not admitted: feature flag"]))
            )
        case 10: try transaction.setFeatureFlag(.diegoDocker, enabled: random.once(in: 2), by: "test")
        default: try transaction.registerCell(presence(cell.rawValue), timeToLive: .seconds(15), session: "s")
        }
    }

    @Test("a plan of the candidates is the plan of all tasks", arguments: UInt64(1)...30)
    func complete(seed: UInt64) async throws {
        let time = TestTime()
        let store = try Store.open(path: ":memory:", TestStore.configuration(time))
        var random = SplitMix64(seed: seed)
        for _ in 0..<150 {
            let turn = random
            _ = random.next()
            try? await store.write { (transaction) throws(StoreError) in
                var random = turn
                try step(&random, &transaction)
            }
            time.advance(by: .seconds(random.pick([0, 1, 5, 20])))
            let since = random.once(in: 2) ? time.now + .seconds(-10) : nil
            try await store.read { (snapshot) throws(StoreError) in
                let policy = AdmissionPolicy(flags: try snapshot.featureFlags())
                var all = TaskSnapshot(
                    now: snapshot.now,
                    tasks: try snapshot.tasks().map { TaskSummary($0) },
                    liveCells: Set(try snapshot.cells().map(\.presence.cellID)),
                    policy: policy,
                    cellAppearedAt: since,
                    startedAt: since
                )
                let plan = convergeTasks(all)
                all.tasks = try snapshot.taskCandidates(
                    Self.rules,
                    refusal: policy.refusal(of: RootFS("docker:///x"))?.placementError,
                    waitingSince: since
                )
                // The columns say the same as the records.
                let whole = Dictionary(uniqueKeysWithValues: try snapshot.tasks().map { ($0.guid, TaskSummary($0)) })
                #expect(all.tasks.allSatisfy { whole[$0.guid] == $0 })
                #expect(convergeTasks(all) == plan)
            }
        }
    }

    @Test("a quiet pass reads at most one task of each kind, however many there are")
    func quiet() async throws {
        let time = TestTime()
        let store = try Store.open(path: ":memory:", TestStore.configuration(time))
        try await store.write { (transaction) throws(StoreError) in
            try transaction.registerCell(presence("a"), timeToLive: .seconds(600), session: "s")
            for number in 0..<300 {
                try transaction.desireTask(TaskGUID("w\(number)"), domain: "d", .fixture(rootFS: "preloaded:stack"))
                try transaction.desireTask(TaskGUID("r\(number)"), domain: "d", .fixture(rootFS: "preloaded:stack"))
                _ = try transaction.startTask(TaskGUID("r\(number)"), on: "a")
                try transaction.desireTask(TaskGUID("d\(number)"), domain: "d", .fixture())
                try transaction.refuseTask(
                    RefusedTask(
                        task: SeenTask(guid: TaskGUID("d\(number)"), updatedAt: transaction.now),
                        reason: "not admitted: x"
                    )
                )
                try transaction.desireTask(TaskGUID("c\(number)"), domain: "d", .fixture(callback: "http://x"))
                try transaction.cancelTask(TaskGUID("c\(number)"))
            }
        }
        time.advance(by: .seconds(5))
        let found = try await store.read { (snapshot) throws(StoreError) in
            try snapshot.taskCandidates(Self.rules, refusal: "not admitted: x", waitingSince: nil)
        }
        #expect(found.count <= 4)
    }

    @Test("every question of convergence has its index")
    func indexed() async throws {
        let store = try Store.open(path: ":memory:", TestStore.configuration(TestTime()))
        let plans = try await store.read { (snapshot) throws(StoreError) in
            var plans: [String] = []
            for query in snapshot.taskCandidateQueries(Self.rules, refusal: "x", waitingSince: nil) {
                plans += try storing { () throws(SQLError) in
                    try snapshot.connection.rows("EXPLAIN QUERY PLAN " + query.sql, query.values) {
                        (row) throws(SQLError) in try row.text(3)
                    }
                }
            }
            return plans
        }
        #expect(!plans.isEmpty)
        #expect(plans.filter { $0.contains("SCAN tasks") && !$0.contains("tasks_running_docker") } == [])
        #expect(plans.filter { $0.contains("USE TEMP B-TREE") } == [])
    }
}
