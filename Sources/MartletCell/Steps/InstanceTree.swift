import MartletModels

/// Everything that runs for one instance: its setup, then its action with the checks beside it.
struct InstanceTree: Sendable {
    let desired: DesiredLRP
    let timing: HealthTiming
    /// When the start timeout began, in whichever life of the agent.
    let startedAt: Timestamp
    /// An earlier life of the agent saw it running.
    let isRunningAlready: Bool
    let isRoutable: Bool
    let setRoutable: @Sendable (Bool) async -> Void

    func run(in context: StepContext, ready: @escaping Ready) async -> StepOutcome {
        if let setup = desired.setup {
            let outcome = await ActionStep(setup).run(in: context.at("setup"), ready: {})
            guard outcome == .succeeded else { return outcome }
        }
        let parts = parts(context)
        if parts.count == 1 { return await ActionStep(desired.action).run(in: context.at("action"), ready: ready) }
        return await Codependency(parts: parts, endsOnExit: false).run(stop: context.stop, ready: ready)
    }

    private func parts(_ context: StepContext) -> [Codependency.Part] {
        var parts: [Codependency.Part] = [
            { stop, ready in
                var child = context.at("action")
                child.stop = stop
                return await ActionStep(desired.action).run(in: child, ready: ready)
            }
        ]
        if let monitor = healthMonitor(context) {
            parts.append { stop, ready in await monitor.run(stop: stop, ready: ready) }
        }
        if let readiness = readinessMonitor(context) {
            parts.append { stop, ready in await readiness.run(stop: stop, ready: ready) }
        }
        return parts
    }

    /// A check definition wins over a monitor action, even when it has no checks (executor section 4.5).
    private func healthMonitor(_ context: StepContext) -> HealthMonitor? {
        let surroundings = context.surroundings
        let checks: [HealthCheck]
        if let definition = desired.checkDefinition {
            checks = definition.checks.map { HealthCheck($0, in: surroundings.container, by: surroundings.runtime) }
        } else if let monitor = desired.monitor {
            checks = [HealthCheck(monitor: monitor, in: context.at("monitor"))]
        } else {
            return nil
        }
        guard !checks.isEmpty else { return nil }
        let limit = desired.startTimeoutMilliseconds
        return HealthMonitor(
            checks: checks,
            timing: timing,
            startTimeout: limit > 0 ? .milliseconds(limit) : nil,
            startedAt: startedAt,
            isHealthyAlready: isRunningAlready,
            clock: surroundings.clock,
            log: surroundings.log,
            logSource: logSource
        )
    }

    private func readinessMonitor(_ context: StepContext) -> ReadinessMonitor? {
        let surroundings = context.surroundings
        let declared = desired.checkDefinition?.readinessChecks ?? []
        guard !declared.isEmpty else { return nil }
        return ReadinessMonitor(
            checks: declared.map { HealthCheck($0, in: surroundings.container, by: surroundings.runtime) },
            timing: timing,
            clock: surroundings.clock,
            log: surroundings.log,
            logSource: logSource,
            isReadyAlready: isRoutable,
            setRoutable: setRoutable
        )
    }

    private var logSource: String {
        guard let source = desired.checkDefinition?.logSource, !source.isEmpty else { return "HEALTH" }
        return source
    }
}

extension StepContext {
    /// The context of one of the trees of a container; their names begin the names of all their steps.
    func at(_ tree: String) -> StepContext {
        var context = self
        context.id = ProcessID(tree)
        return context
    }
}
