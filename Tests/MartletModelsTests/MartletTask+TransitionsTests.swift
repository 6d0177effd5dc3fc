import MartletTestSupport
import Testing

@testable import MartletModels

@Suite("Task transitions")
struct MartletTaskTransitionsTests {
    private let a = CellID("a")
    private let b = CellID("b")
    private let now = Timestamp.epoch + .seconds(10)

    private func refusal(
        _ body: () throws(TaskTransitionError) -> Void
    ) -> TaskTransitionError? {
        do throws(TaskTransitionError) { try body() } catch { return error }
        return nil
    }

    private func running() throws -> MartletTask {
        var task = MartletTask.sample("t")
        #expect(try task.start(on: a, at: now))
        return task
    }

    @Test("a start moves it to the cell, and to no other; repeated, it changes nothing")
    func start() throws {
        var task = try running()
        #expect(task.state == .running(a) && task.updatedAt == now && task.cellID == a)
        let before = task
        #expect(try task.start(on: a, at: now + .seconds(1)) == false)
        #expect(task == before)
        #expect(
            refusal { () throws(TaskTransitionError) in _ = try task.start(on: b, at: now) }
                == .invalidTransition(TaskGUID("t"), from: .running, to: .running)
        )
        #expect(
            TaskTransitionError.invalidTransition(TaskGUID("t"), from: .running, to: .running).description
                == "Cannot transition from Running to Running"
        )
    }

    @Test("only the cell that runs it completes it; the record then forgets the cell")
    func complete() throws {
        var task = try running()
        let elsewhere = refusal { () throws(TaskTransitionError) in
            try task.complete(on: b, failed: false, failureReason: "", result: "r", at: now)
        }
        #expect(elsewhere == .runningElsewhere(TaskGUID("t"), on: a, not: b))
        #expect(elsewhere?.description == "Running on cell a not b")
        try task.complete(on: a, failed: false, failureReason: "", result: "r", at: now + .seconds(1))
        let completion = TaskCompletion(failed: false, failureReason: "", result: "r", at: now + .seconds(1))
        #expect(task.state == .completed(completion))
        #expect(task.cellID == nil && task.updatedAt == completion.at)
    }

    @Test("reasons are cut like those of instances, results are not")
    func cuts() throws {
        var task = try running()
        let long = String(repeating: "f", count: 5_000)
        try task.complete(on: a, failed: true, failureReason: long, result: long, at: now)
        #expect(task.completion?.failureReason == String(repeating: "f", count: 1_013) + "(truncated)")
        #expect(task.completion?.result == long)
        var rejected = MartletTask.sample("t")
        try rejected.reject(long, maximumRetries: 3, at: now)
        #expect(rejected.rejectionReason == String(repeating: "f", count: 1_013) + "(truncated)")
    }

    @Test("three rejections leave it waiting, the fourth fails it with its reason")
    func reject() throws {
        var task = try running()
        for count in 1...3 {
            try task.reject("no room \(count)", maximumRetries: 3, at: now + .seconds(count))
            #expect(task.state == .pending(rejectedBy: a) && task.rejectionCount == count)
            #expect(task.rejectionReason == "no room \(count)" && task.updatedAt == now + .seconds(count))
        }
        try task.reject("no room 4", maximumRetries: 3, at: now + .seconds(4))
        let completion = TaskCompletion(failed: true, failureReason: "no room 4", result: "", at: now + .seconds(4))
        #expect(task.state == .completed(completion) && task.rejectionCount == 4)
        #expect(
            refusal { () throws(TaskTransitionError) in try task.reject("x", maximumRetries: 3, at: now) }
                == .cannotBeRejected(TaskGUID("t"), while: .completed)
        )
    }

    @Test("a refusal by policy is written on it and is no try")
    func refuse() throws {
        var task = MartletTask.sample("t")
        try task.refuse("not admitted", at: now)
        #expect(task.rejectionCount == 0 && task.rejectionReason == "not admitted")
        #expect(task.state == .pending(rejectedBy: nil) && task.updatedAt == now)
    }

    @Test("what convergence ends keeps the cell; what it demotes keeps the time")
    func convergence() throws {
        var lost = try running()
        try lost.loseCell(at: now)
        #expect(lost.cellID == a && lost.completion?.failureReason == "cell disappeared before completion")
        var expired = MartletTask.sample("t")
        try expired.expire(at: now)
        #expect(expired.cellID == nil && expired.completion?.failureReason == "not started within time limit")
        try expired.resolve(at: now + .seconds(1))
        try expired.demote()
        #expect(expired.state.name == .completed && expired.updatedAt == now + .seconds(1))
        #expect(expired.completion?.at == now)
    }

    /// What the table of BBS section 5.7.1 says about one operation in one state: the state that follows, or `nil`.
    private static let table: [Operation: [MartletTask.StateName: MartletTask.StateName]] = [
        .startA: [.pending: .running, .running: .running],
        .completeA: [.running: .completed],
        .cancel: [.pending: .completed, .running: .completed],
        .fail: [.pending: .completed, .running: .completed],
        .reject: [.pending: .pending, .running: .pending],
        .refuse: [.pending: .pending],
        .resolve: [.completed: .resolving],
        .demote: [.resolving: .completed],
        .expire: [.pending: .completed],
        .loseCell: [.running: .completed],
        .delete: [.resolving: .resolving],
    ]

    enum Operation: CaseIterable {
        case startA, completeA, cancel, fail, reject, refuse, resolve, demote, expire, loseCell, delete
    }

    private func apply(_ operation: Operation, to task: inout MartletTask, at now: Timestamp) throws {
        switch operation {
        case .startA: _ = try task.start(on: a, at: now)
        case .completeA: try task.complete(on: a, failed: false, failureReason: "", result: "r", at: now)
        case .cancel: try task.cancel(at: now)
        case .fail: try task.fail("why", at: now)
        case .reject: try task.reject("no", maximumRetries: 3, at: now)
        case .refuse: try task.refuse("flag", at: now)
        case .resolve: try task.resolve(at: now)
        case .demote: try task.demote()
        case .expire: try task.expire(at: now)
        case .loseCell: try task.loseCell(at: now)
        case .delete: try task.checkDeletable()
        }
    }

    @Test(
        "any sequence of operations goes where the table says, and what is refused changes nothing",
        arguments: UInt64(0)..<50
    )
    func randomWalk(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var task = MartletTask.sample("t")
        for step in 1...200 {
            let operation = try #require(Operation.allCases.randomElement(using: &random))
            let before = task
            let time = Timestamp.epoch + .seconds(step)
            var expected = Self.table[operation]?[before.state.name]
            if operation == .reject && expected != nil && before.rejectionCount >= 3 { expected = .completed }
            do {
                try apply(operation, to: &task, at: time)
                #expect(task.state.name == expected, "\(operation) of \(before)")
                let keepsTime = operation == .demote || operation == .delete || task == before
                #expect(task.updatedAt == (keepsTime ? before.updatedAt : time))
            } catch {
                #expect(expected == nil, "\(operation) of \(before): \(error)")
                #expect(task == before)
            }
            #expect(task.completion.map { $0.at <= task.updatedAt } ?? true)
            #expect(task.createdAt == .epoch && task.rejectionCount >= before.rejectionCount)
            if step.isMultiple(of: 40) { task = .sample("t") }
        }
    }
}
