import MartletModels

/// Decides whether a running instance gets requests. A failed readiness check never crashes it.
struct ReadinessMonitor: Sendable {
    let checks: [HealthCheck]
    let timing: HealthTiming
    let clock: CellClock
    let log: AppLog
    let logSource: String
    /// As an earlier life of the agent left it.
    let isReadyAlready: Bool
    let setRoutable: @Sendable (Bool) async -> Void

    func run(stop: StopSignal, ready: @escaping Ready) async -> StepOutcome {
        if !isReadyAlready { log.write("Starting readiness health monitoring of container", source: logSource) }
        await ready()
        var isReady = isReadyAlready
        while true {
            let result = isReady ? await untilFailure(stop) : await untilPassed(stop)
            if stop.isSet { return .cancelled }
            if result == .interrupted { return .detached }
            isReady.toggle()
            await setRoutable(isReady)
            log.write(
                isReady
                    ? "Container passed the readiness health check. "
                        + "Container marked ready and added to route pool."
                    : "Container failed the readiness health check. "
                        + "Container marked not ready and removed from route pool.",
                source: logSource
            )
        }
    }

    private func untilPassed(_ stop: StopSignal) async -> CheckResult {
        await HealthMonitor.together(checks, stop: stop, endsAtFirstFailure: false) { check, scope in
            var failures = 0
            while true {
                switch await check.ask(scope) {
                case .passed: return .passed
                case .interrupted: return .interrupted
                case .failed: failures += 1
                }
                let wake = clock.now + timing.retryDelay(afterFailures: failures)
                guard await HealthMonitor.pause(until: wake, clock, scope) else { return .interrupted }
            }
        }
    }

    private func untilFailure(_ stop: StopSignal) async -> CheckResult {
        await HealthMonitor.together(checks, stop: stop, endsAtFirstFailure: true) { check, scope in
            while await HealthMonitor.pause(
                until: clock.now + (check.interval ?? timing.healthyInterval),
                clock,
                scope
            ) {
                switch await check.ask(scope) {
                case .passed: continue
                case .interrupted: return .interrupted
                case .failed(let text): return .failed(text)
                }
            }
            return .interrupted
        }
    }
}
