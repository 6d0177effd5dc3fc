import MartletModels
import MartletTestSupport
import Testing

@testable import MartletSimulation

@Suite("Judgement of tasks")
struct JudgeTasksTests {
    private static let cell = CellID("cell-0")
    private static let told = TaskCompletion(failed: false, failureReason: "", result: "of its own", at: .epoch)

    /// What a judge says of a task that goes through these states.
    private func verdict(
        _ states: [MartletTask.State?],
        callback: String = "",
        _ prepare: (inout Judge) -> Void = { _ in }
    ) -> Invariant? {
        var judge = Judge(Judge.Rules(isCalm: true, hasClockSteps: false, hasManyStops: false), start: .epoch) { _ in
            true
        }
        prepare(&judge)
        let definition = TaskDefinition.fixture(rootFS: "preloaded:stack", callback: callback)
        var before: MartletTask?
        for (index, state) in states.enumerated() {
            let after = state.map { MartletTask.fixture("t", $0, definition: definition) }
            guard let event = Change(before: before, after: after).event else { continue }
            let numbered = NumberedEvent(number: Int64(index + 1), at: .epoch, event: .task(event))
            judge.see(numbered, at: .epoch + .seconds(100))
            before = after
        }
        return judge.violation?.invariant
    }

    private func ended(_ completion: TaskCompletion = told) -> [MartletTask.State?] {
        [.pending(rejectedBy: nil), .running(Self.cell), .completed(completion)]
    }

    private func tell(_ judge: inout Judge) {
        judge.tasks.noteEnding(TaskGUID("t"), on: Self.cell, TaskEnding(failed: false, result: "of its own"))
    }

    @Test("the usual way is fine")
    func usual() {
        let states = ended() + [.resolving(Self.told), nil]
        let verdict = verdict(states) { judge in
            tell(&judge)
            judge.tasks.deleted.insert(TaskGUID("t"))
        }
        #expect(verdict == nil)
    }

    @Test("an end that its cell did not tell is made up")
    func madeUp() {
        #expect(verdict(ended()) == .taskResult)
        let other = TaskCompletion(failed: false, failureReason: "", result: "of another", at: .epoch)
        #expect(verdict(ended(other), tell) == .taskResult)
        #expect(verdict(ended() + [.resolving(other)], tell) == .taskResult)
    }

    @Test("a task is failed for a reason that exists only")
    func reasons() {
        let cancelled = TaskCompletion(failed: true, failureReason: TaskFailure.cancelled, result: "", at: .epoch)
        #expect(verdict(ended(cancelled)) == .taskResult)
        #expect(verdict(ended(cancelled)) { $0.tasks.cancelled.insert(TaskGUID("t")) } == nil)
        let lost = TaskCompletion(failed: true, failureReason: TaskFailure.cellDisappeared, result: "", at: .epoch)
        #expect(verdict(ended(lost)) == nil)
    }

    @Test("a task goes from cell to cell only when it was given back")
    func givenBack() {
        let states: [MartletTask.State?] = [.pending(rejectedBy: nil), .running(Self.cell), .pending(rejectedBy: nil)]
        #expect(verdict(states) == .taskStates)
        #expect(verdict(states) { $0.tasks.noteGivenBack(TaskGUID("t")) } == nil)
        #expect(verdict([.pending(rejectedBy: nil), .running(Self.cell), .running(CellID("b"))]) == .taskStates)
    }

    @Test("nothing is deleted before its outcome is told")
    func untold() {
        #expect(verdict(ended() + [nil], tell) == .taskTold)
        #expect(verdict(ended() + [.resolving(Self.told), nil], tell) == .taskTold)
        #expect(verdict(ended() + [.resolving(Self.told), nil], callback: "http://receiver", tell) == .taskTold)
        #expect(verdict([.pending(rejectedBy: nil), nil]) == .taskStates)
    }

    @Test("its process runs once")
    func once() {
        let verdict = verdict([]) { judge in
            judge.judgeTaskRun(TaskGUID("t"), on: Self.cell, at: .epoch)
            judge.judgeTaskRun(TaskGUID("t"), on: CellID("b"), at: .epoch)
        }
        #expect(verdict == .taskOnce)
    }
}
