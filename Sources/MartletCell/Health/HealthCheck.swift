import MartletModels

/// One thing to ask an instance again and again: a probe of a port, or a monitor action.
struct HealthCheck: Sendable {
    /// `nil` means the cell's own.
    var interval: Duration?
    var ask: @Sendable (StopSignal) async -> CheckResult
    /// Put before the text of a failure, by phase; Diego's health check program says more than its monitor action.
    var speaksOfPhases: Bool

    /// A declared check, made by the agent inside the container's network.
    init(_ check: Check, in container: InstanceGUID, by runtime: any ContainerRuntime) {
        interval = check.interval
        speaksOfPhases = true
        ask = { _ in
            guard let probe = check.probe else { return .passed }
            let outcome = await runtime.probe(probe, in: container)
            if Task.isCancelled { return .interrupted }
            switch outcome {
            case .passed: return .passed
            case .failed(let text): return .failed(text)
            }
        }
    }

    /// The old form: an action that is run anew each time, and passes by succeeding.
    init(monitor action: Action, in context: StepContext) {
        interval = nil
        speaksOfPhases = false
        let attempts = AttemptCounter(startingAt: context.surroundings.clock.now)
        ask = { stop in
            var attempt = context.child(attempts.next(), stop: stop)
            attempt.journal = ForgetfulJournal(clock: context.surroundings.clock)
            attempt.announcesExit = false
            let capture = OutputCapture()
            // A bare process speaks on the app's log; several would be hard to tell apart there.
            if case .run = action {} else { attempt.capture = capture }
            let outcome = await ActionStep(action.audible).run(in: attempt, ready: {})
            switch outcome {
            case .succeeded: return .passed
            case .detached: return .interrupted
            case .failed(let failure):
                if stop.isSet { return .interrupted }
                return .failed(capture.text.isEmpty ? failure.text : capture.text)
            }
        }
    }

    init(interval: Duration?, speaksOfPhases: Bool, ask: @escaping @Sendable (StopSignal) async -> CheckResult) {
        self.interval = interval
        self.speaksOfPhases = speaksOfPhases
        self.ask = ask
    }
}

extension Action {
    /// A monitor's output is wanted even when it asks for silence (executor section 4.8).
    fileprivate var audible: Action {
        guard case .run(var run) = self else { return self }
        run.suppressLogOutput = false
        return .run(run)
    }
}
