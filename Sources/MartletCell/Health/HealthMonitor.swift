import MartletLinux
import MartletModels

/// Waits until an instance is up, says so, and then watches that it stays so (executor section 4.8).
struct HealthMonitor: Sendable {
    let checks: [HealthCheck]
    let timing: HealthTiming
    /// `nil` waits for ever.
    let startTimeout: Duration?
    /// From when the start timeout counts.
    let startedAt: Timestamp
    /// An earlier life of the agent saw it healthy.
    let isHealthyAlready: Bool
    let clock: CellClock
    let log: AppLog
    let logSource: String

    func run(stop: StopSignal, ready: @escaping Ready) async -> StepOutcome {
        if !isHealthyAlready {
            log.write("Starting health monitoring of container", source: logSource)
            switch await startUp(stop) {
            case .passed: log.write("Container became healthy", source: logSource)
            case .interrupted: return Self.interruption(stop)
            case .failed(let text): return neverHealthy(text)
            }
        }
        await ready()
        switch await liveness(stop) {
        case .passed: return .succeeded
        case .interrupted: return Self.interruption(stop)
        case .failed(let text): return becameUnhealthy(text)
        }
    }

    private static func interruption(_ stop: StopSignal) -> StepOutcome { stop.isSet ? .cancelled : .detached }

    private func neverHealthy(_ text: String) -> StepOutcome {
        let took = (clock.now - startedAt).roundedToMilliseconds.goText
        log.write(text, to: .err, source: logSource)
        log.write("Failed after \(took): startup health check never passed.", to: .err, source: logSource)
        let reason = "Instance never healthy after \(took): \(text)"
        return .failed(StepFailure(text: reason, cause: .startTimeout))
    }

    private func becameUnhealthy(_ text: String) -> StepOutcome {
        log.write(text, to: .err, source: logSource)
        log.write("Container became unhealthy", to: .err, source: logSource)
        return .failed(StepFailure(text: "Instance became unhealthy: \(text)", cause: .health))
    }

    /// All checks at once; all have to pass.
    private func startUp(_ stop: StopSignal) async -> CheckResult {
        await Self.together(checks, stop: stop, endsAtFirstFailure: false) { check, scope in
            await untilPassed(check, scope)
        }
    }

    private func untilPassed(_ check: HealthCheck, _ stop: StopSignal) async -> CheckResult {
        var failures = 0
        while true {
            guard case .failed(let text) = await check.ask(stop) else { break }
            failures += 1
            var wake = clock.now + timing.retryDelay(afterFailures: failures)
            if let startTimeout {
                let deadline = startedAt + startTimeout
                if clock.now >= deadline { return .failed(timeoutText(text, check, startTimeout, failures)) }
                wake = min(wake, deadline)
            }
            if await Self.pause(until: wake, clock, stop) == false { return .interrupted }
        }
        return stop.isSet || Task.isCancelled ? .interrupted : .passed
    }

    private func timeoutText(
        _ text: String,
        _ check: HealthCheck,
        _ limit: Duration,
        _ attempts: Int
    ) -> String {
        guard check.speaksOfPhases else { return text }
        let attempts = "(\(attempts) attempts)"
        return "Timed out after \(limit.goText) \(attempts) waiting for startup check to succeed: \(text)"
    }

    /// The first check that fails once ends it.
    private func liveness(_ stop: StopSignal) async -> CheckResult {
        await Self.together(checks, stop: stop, endsAtFirstFailure: true) { check, scope in
            while await Self.pause(until: clock.now + (check.interval ?? timing.healthyInterval), clock, scope) {
                switch await check.ask(scope) {
                case .passed: continue
                case .interrupted: return .interrupted
                case .failed(let text):
                    return .failed(check.speaksOfPhases ? "Liveness check unsuccessful: \(text)" : text)
                }
            }
            return .interrupted
        }
    }

    /// Sleeps unless a stop or a cancellation comes first; then false.
    static func pause(until wake: Timestamp, _ clock: CellClock, _ stop: StopSignal) async -> Bool {
        if stop.isSet || Task.isCancelled { return false }
        return await withTaskGroup(of: Bool.self) { tasks in
            tasks.addTask { await clock.sleep(until: wake) }
            tasks.addTask {
                _ = await stop.wait()
                return false
            }
            let isAwake = await tasks.next() ?? false
            tasks.cancelAll()
            return isAwake && !stop.isSet
        }
    }

    /// Runs the same thing for every check at once and joins the failures in the order of the checks.
    static func together(
        _ checks: [HealthCheck],
        stop: StopSignal,
        endsAtFirstFailure: Bool,
        _ body: @escaping @Sendable (HealthCheck, StopSignal) async -> CheckResult
    ) async -> CheckResult {
        let scope = stop.child()
        let results = await withTaskGroup(of: (Int, CheckResult).self) { tasks in
            for (index, check) in checks.enumerated() {
                tasks.addTask { (index, await body(check, scope)) }
            }
            var results: [Int: CheckResult] = [:]
            for await (index, result) in tasks {
                results[index] = result
                if endsAtFirstFailure, case .failed = result { scope.set() }
            }
            return results
        }
        let failures = results.sorted { $0.key < $1.key }.compactMap { _, result -> String? in
            if case .failed(let text) = result { text } else { nil }
        }
        if stop.isSet { return .interrupted }
        if !failures.isEmpty { return .failed(failures.joined(separator: "; ")) }
        return results.values.contains(.interrupted) ? .interrupted : .passed
    }
}
