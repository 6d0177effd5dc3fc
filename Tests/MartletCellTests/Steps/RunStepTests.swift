import MartletModels
import MartletTestSupport
import Testing

@testable import MartletCell

@Suite("Run step")
struct RunStepTests {
    private let harness = StepHarness()

    @Test("exit status 0 succeeds, is ready, and is said on the app's log")
    func succeeds() async {
        harness.machine.set("/app", .exits(0, output: ["hello"]))
        #expect(await harness.run(.process("/app")) == .succeeded)
        #expect(harness.readyCount == 1)
        #expect(harness.lines.texts == ["APP/OUT hello", "APP/OUT Exit status 0"])
    }

    @Test("another status fails with the log source and the status")
    func fails() async {
        harness.machine.set("/app", .exits(3))
        let expected = StepFailure(text: "WEB: Exited with status 3", cause: .exit(3))
        #expect(await harness.run(.process("/app", source: "WEB")) == .failed(expected))
        #expect(harness.lines.texts == ["WEB/OUT Exit status 3"])
    }

    @Test("a process that the kernel killed for memory says so")
    func outOfMemory() async {
        harness.machine.set("/app", .runsOutOfMemory)
        let expected = StepFailure(text: "APP: Exited with status 137 (out of memory)", cause: .outOfMemory)
        #expect(await harness.run(.process("/app")) == .failed(expected))
        #expect(harness.lines.texts == ["APP/OUT Exit status 137 (out of memory)"])
    }

    @Test("a process that cannot start fails with the runtime's words")
    func cannotStart() async {
        harness.machine.set("/app", .cannotStart("no such file"))
        #expect(await harness.run(.process("/app")) == .failed(StepFailure(text: "no such file", cause: .creation)))
        #expect(harness.lines.texts == ["APP/ERR failed-creating-process: no such file"])
        #expect(harness.readyCount == 0)
    }

    @Test("suppressed output leaves the app's log empty")
    func suppressed() async {
        harness.machine.set("/app", .exits(0, output: ["hello"]))
        #expect(await harness.run(.process("/app", silent: true)) == .succeeded)
        #expect(harness.lines.texts == [])
    }

    @Test("a stop terminates the process, and the outcome is not displayable")
    func stops() async {
        async let outcome = harness.run(.process("/app"))
        await harness.waitForProcess("action")
        harness.stop.set()
        #expect(await outcome == .cancelled)
        #expect(harness.machine.process("action", in: StepHarness.container)?.signals == [.terminate])
        #expect(harness.lines.texts == ["APP/OUT Exit status 143"])
    }

    @Test("what ignores SIGTERM is killed with its whole container after the grace")
    func kills() async {
        harness.machine.set("/app", .ignoresTerm)
        async let outcome = harness.run(.process("/app"))
        await harness.waitForProcess("action")
        harness.stop.set()
        await harness.clock.waitForSleepers(1)
        harness.clock.advance(by: .seconds(10))
        #expect(await outcome == .failed(.graceExceeded))
        #expect(harness.machine.process("action", in: StepHarness.container)?.signals == [.terminate, .kill])
        #expect(harness.lines.texts == ["APP/OUT Exit status 137 (exceeded 10s graceful shutdown interval)"])
    }

    @Test("a cancelled task leaves the process running")
    func detaches() async {
        let outcome = await withTaskGroup(of: StepOutcome.self) { tasks in
            tasks.addTask { await harness.run(.process("/app")) }
            await harness.waitForProcess("action")
            tasks.cancelAll()
            return await tasks.next()
        }
        #expect(outcome == .detached)
        #expect(harness.machine.running.map(\.signals) == [[]])
    }

    @Test("a step that was stopped before it began starts nothing")
    func stoppedBefore() async {
        harness.stop.set()
        #expect(await harness.run(.process("/app")) == .cancelled)
        #expect(harness.machine.running.isEmpty)
    }

    @Test("a file transfer and an empty action fail with a clear text")
    func unsupported() async {
        let transfer = OpaqueAction(from: "a", to: "b", user: "root", message: UnknownFields())
        #expect(
            await harness.run(.download(transfer))
                == .failed(StepFailure(text: "download actions are not supported by this cell"))
        )
        #expect(
            await harness.run(.upload(transfer))
                == .failed(StepFailure(text: "upload actions are not supported by this cell"))
        )
        #expect(await harness.run(nil) == .failed(StepFailure(text: "invalid action: nothing to run")))
    }
}
