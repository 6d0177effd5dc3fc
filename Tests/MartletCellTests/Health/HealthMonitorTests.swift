import MartletLinux
import MartletModels
import MartletTestSupport
import Testing

@testable import MartletCell

@Suite("Health monitor")
struct HealthMonitorTests {
    private let harness = StepHarness()

    private func monitor(_ checks: [Check], startTimeout: Duration? = .seconds(60)) -> HealthMonitor {
        let runtime = SimulatedRuntime(machine: harness.machine)
        return HealthMonitor(
            checks: checks.map { HealthCheck($0, in: StepHarness.container, by: runtime) },
            timing: HealthTiming(),
            startTimeout: startTimeout,
            startedAt: .epoch,
            isHealthyAlready: false,
            clock: CellClock(harness.clock),
            log: harness.log,
            logSource: "HEALTH"
        )
    }

    private func run(_ monitor: HealthMonitor) async -> StepOutcome {
        await monitor.run(stop: harness.stop) { harness.readies.withLock { $0 += 1 } }
    }

    private func tcp(_ port: UInt32, interval: UInt64 = 0) -> Check {
        Check(tcp: TCPCheck(port: port, intervalMilliseconds: interval))
    }

    @Test("the first check is made at once, and the next ones soon after")
    func backsOff() async {
        let delays = (1...9).map { HealthTiming().retryDelay(afterFailures: $0).milliseconds }
        #expect(delays == [50, 100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000])
        harness.machine.set(port: 8080, [.passed])
        async let outcome = run(monitor([tcp(8080)]))
        await eventually { harness.readyCount == 1 }
        #expect(harness.clock.now == .epoch)
        harness.stop.set()
        #expect(await outcome == .cancelled)
        #expect(
            harness.lines.texts == [
                "HEALTH/OUT Starting health monitoring of container", "HEALTH/OUT Container became healthy",
            ]
        )
    }

    @Test("an instance that is up after a while becomes ready within the retry delay")
    func retries() async {
        harness.machine.set(port: 8080, [.failed("refused"), .failed("refused"), .passed])
        async let outcome = run(monitor([tcp(8080)]))
        await harness.clock.waitForSleepers(1)
        harness.clock.advance(by: .milliseconds(50))
        await eventually { harness.machine.state.withLock { $0.probeCount } == 2 }
        await harness.clock.waitForSleepers(1)
        harness.clock.advance(by: .milliseconds(100))
        await eventually { harness.readyCount == 1 }
        harness.stop.set()
        #expect(await outcome == .cancelled)
    }

    @Test("never healthy: the text names the time, the attempts and the last failure")
    func neverHealthy() async {
        harness.machine.set(port: 8080, [.failed("refused")])
        async let outcome = run(monitor([tcp(8080)], startTimeout: .milliseconds(100)))
        for attempt in 1...2 {
            await eventually { harness.machine.state.withLock { $0.probeCount } == attempt }
            await harness.clock.waitForSleepers(1)
            harness.clock.advance(by: .milliseconds(50))
        }
        let text =
            "Instance never healthy after 100ms: Timed out after 100ms (3 attempts) "
            + "waiting for startup check to succeed: refused"
        #expect(await outcome == .failed(StepFailure(text: text, cause: .startTimeout)))
        #expect(harness.lines.texts.last == "HEALTH/ERR Failed after 100ms: startup health check never passed.")
    }

    @Test("liveness: one failure ends it")
    func unhealthy() async {
        harness.machine.set(port: 8080, [.passed, .passed, .failed("refused")])
        async let outcome = run(monitor([tcp(8080)]))
        for _ in 0..<2 {
            await eventually { harness.readyCount == 1 }
            await harness.clock.waitForSleepers(1)
            let count = harness.machine.state.withLock { $0.probeCount }
            harness.clock.advance(by: .seconds(30))
            await eventually { harness.machine.state.withLock { $0.probeCount } > count }
        }
        let text = "Instance became unhealthy: Liveness check unsuccessful: refused"
        #expect(await outcome == .failed(StepFailure(text: text, cause: .health)))
        #expect(harness.lines.texts.last == "HEALTH/ERR Container became unhealthy")
    }

    @Test("a check has its own interval")
    func interval() async {
        harness.machine.set(port: 8080, [.passed, .failed("refused")])
        async let outcome = run(monitor([tcp(8080, interval: 5_000)]))
        await eventually { harness.readyCount == 1 }
        await harness.clock.waitForSleepers(1)
        harness.clock.advance(by: .seconds(5))
        #expect(await outcome.failure?.cause == .health)
    }

    @Test("a monitor action's output is the text of its failure")
    func monitorAction() async {
        harness.machine.set("/check", .exits(1, output: ["no answer"]))
        let action = Action.parallel(ActionGroup([.process("/check", silent: true)]))
        let check = HealthCheck(monitor: action, in: harness.context.at("monitor"))
        #expect(await check.ask(harness.stop) == .failed("no answer"))
        harness.machine.set("/check", .exits(0))
        #expect(await check.ask(harness.stop) == .passed)
        #expect(harness.lines.texts == [])
    }

    @Test("readiness: makes the instance routable and takes it back, and never crashes it")
    func readiness() async {
        harness.machine.set(port: 8080, [.failed("refused"), .passed, .failed("refused")])
        let routable = Locked<[Bool]>([])
        let runtime = SimulatedRuntime(machine: harness.machine)
        let monitor = ReadinessMonitor(
            checks: [HealthCheck(tcp(8080), in: StepHarness.container, by: runtime)],
            timing: HealthTiming(),
            clock: CellClock(harness.clock),
            log: harness.log,
            logSource: "HEALTH",
            isReadyAlready: false,
            setRoutable: { value in routable.withLock { $0.append(value) } }
        )
        async let outcome = monitor.run(stop: harness.stop) { harness.readies.withLock { $0 += 1 } }
        for (step, expected) in [(Duration.milliseconds(50), [true]), (.seconds(30), [true, false])] {
            await harness.clock.waitForSleepers(1)
            harness.clock.advance(by: step)
            await eventually { routable.withLock { $0 } == expected }
        }
        #expect(harness.readyCount == 1)
        harness.stop.set()
        #expect(await outcome == .cancelled)
        #expect(
            harness.lines.texts.last
                == "HEALTH/OUT Container failed the readiness health check. "
                + "Container marked not ready and removed from route pool."
        )
    }
}
