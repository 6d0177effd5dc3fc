import MartletLinux
import MartletModels
import MartletTestSupport
import Testing

@testable import MartletCell

@Suite("Composed steps")
struct ComposedStepTests {
    private let harness = StepHarness()

    private func group(_ paths: String...) -> ActionGroup { ActionGroup(paths.map { Action.process($0) }) }

    private func failure(_ status: Int) -> StepFailure {
        StepFailure(text: "APP: Exited with status \(status)", cause: .exit(status))
    }

    @Test("serial: in order, the first error stops, ready with the last")
    func serial() async {
        harness.machine.set("/a", .exits(0))
        harness.machine.set("/b", .exits(2))
        #expect(await harness.run(.serial(group("/a", "/b", "/c"))) == .failed(failure(2)))
        #expect(harness.machine.state.withLock { $0.started } == ["action.0", "action.1"])
        #expect(harness.readyCount == 0)
        harness.machine.set("/b", .exits(0))
        harness.machine.set("/c", .exits(0))
        harness.machine.state.withLock { $0.processes = [:] }
        #expect(await harness.run(.serial(group("/a", "/b", "/c"))) == .succeeded)
        #expect(harness.readyCount == 1)
    }

    @Test("parallel: waits for all and joins the errors in order")
    func parallel() async {
        harness.machine.set("/a", .exits(1))
        harness.machine.set("/c", .exits(3))
        async let outcome = harness.run(.parallel(group("/a", "/b", "/c")))
        await harness.waitForProcess("action.1")
        harness.machine.end("action.1", in: StepHarness.container, ProcessExit(status: 0))
        let text = "APP: Exited with status 1; APP: Exited with status 3"
        #expect(await outcome == .failed(StepFailure(text: text, cause: .exit(1))))
        #expect(harness.readyCount == 1)
    }

    @Test("codependent: one that ends well ends all, and that is the reason")
    func codependentExit() async {
        harness.machine.set("/a", .exits(0))
        let expected = StepFailure(text: "Codependent step exited", cause: .exit(0))
        #expect(await harness.run(.codependent(group("/a", "/b"))) == .failed(expected))
        #expect(harness.machine.running.isEmpty)
    }

    @Test("codependent: the real cause is not mixed with the cancellation of the others")
    func codependentFailure() async {
        harness.machine.set("/a", .exits(4))
        #expect(await harness.run(.codependent(group("/a", "/b", "/c"))) == .failed(failure(4)))
        #expect(harness.machine.running.isEmpty)
    }

    @Test("try: an error is swallowed, and so is a cancellation")
    func tries() async {
        harness.machine.set("/a", .exits(1))
        #expect(await harness.run(.try(TryAction(action: .process("/a")))) == .succeeded)
    }

    @Test("timeout: what takes too long is cancelled, with Go's words for the time")
    func timeout() async {
        let action = Action.timeout(TimeoutAction(action: .process("/a"), timeoutMilliseconds: 500))
        async let outcome = harness.run(action)
        await harness.waitForProcess("action.t")
        await harness.clock.waitForSleepers(1)
        harness.clock.advance(by: .milliseconds(500))
        #expect(await outcome == .failed(StepFailure(text: "exceeded 500ms timeout")))
        #expect(harness.machine.running.isEmpty)
    }

    @Test("timeout: what ends in time keeps its outcome")
    func inTime() async {
        harness.machine.set("/a", .exits(1))
        let action = Action.timeout(TimeoutAction(action: .process("/a"), timeoutMilliseconds: 500))
        #expect(await harness.run(action) == .failed(failure(1)))
    }

    @Test("emit progress: start and success on stdout, failure with its reason on stderr")
    func emitProgress() async {
        harness.machine.set("/good", .exits(0))
        harness.machine.set("/bad", .exits(1))
        func progress(_ path: String) -> Action {
            .emitProgress(
                EmitProgressAction(
                    action: .process(path, silent: true),
                    startMessage: "starting",
                    successMessage: "done",
                    failureMessagePrefix: "oh no",
                    logSource: "STG"
                )
            )
        }
        #expect(await harness.run(progress("/good")) == .succeeded)
        harness.machine.state.withLock { $0.processes = [:] }
        #expect(await harness.run(progress("/bad")) == .failed(failure(1)))
        #expect(
            harness.lines.texts == [
                "STG/OUT starting", "STG/OUT done", "STG/OUT starting", "STG/ERR oh no: APP: Exited with status 1",
            ]
        )
    }

    @Test("log sources: inherited through parallel and codependent, ignored on serial")
    func logSources() async {
        harness.machine.set("/a", .exits(0))
        _ = await harness.run(.parallel(ActionGroup([.process("/a")], logSource: "P")))
        harness.machine.state.withLock { $0.processes = [:] }
        _ = await harness.run(.serial(ActionGroup([.process("/a")], logSource: "S")))
        #expect(harness.lines.texts == ["P/OUT Exit status 0", "APP/OUT Exit status 0"])
    }

    @Test("a stop ends every process of a deep tree, and a cancelled task none")
    func deepTree() async {
        let tree = Action.parallel(
            ActionGroup([
                .serial(group("/a")), .codependent(group("/b", "/c")),
                .timeout(TimeoutAction(action: .try(TryAction(action: .process("/d"))), timeoutMilliseconds: 60_000)),
            ])
        )
        await withTaskGroup(of: StepOutcome.self) { tasks in
            tasks.addTask { await harness.run(tree) }
            await eventually { harness.machine.running.count == 4 }
            await eventually { harness.readyCount == 1 }
            tasks.cancelAll()
            #expect(await tasks.next() == .detached)
        }
        #expect(harness.machine.running.count == 4)
        harness.machine.state.withLock { $0.processes = [:] }
        async let outcome = harness.run(tree)
        await eventually { harness.machine.running.count == 4 }
        harness.stop.set()
        #expect(await outcome.failure?.isDisplayable == false)
        #expect(harness.machine.running.isEmpty)
    }
}
