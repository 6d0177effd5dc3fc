import MartletModels

/// Runs its parts all together; one that ends, with or without error, ends all.
struct CodependentStep: Sendable {
    let group: ActionGroup

    func run(in context: StepContext, ready: @escaping Ready) async -> StepOutcome {
        var parts: [Codependency.Part] = []
        for (index, action) in group.actions.enumerated() {
            parts.append { stop, ready in
                let child = context.child("\(index)", logSource: group.logSource, stop: stop)
                return await ActionStep(action).run(in: child, ready: ready)
            }
        }
        return await Codependency(parts: parts, endsOnExit: true).run(stop: context.stop, ready: ready)
    }
}

/// Several things of which a failed one ends the others: a codependent action, or an app and its health check.
struct Codependency: Sendable {
    typealias Part = @Sendable (StopSignal, @escaping Ready) async -> StepOutcome

    let parts: [Part]
    /// A part that ends well counts as an error, `Codependent step exited`; otherwise it is ignored.
    let endsOnExit: Bool

    func run(stop: StopSignal, ready: @escaping Ready) async -> StepOutcome {
        let scope = stop.child()
        let gate = ReadyGate(waitingFor: parts.count, then: ready)
        let failures = await withTaskGroup(of: StepOutcome.self) { tasks in
            for part in parts {
                tasks.addTask { await part(scope) { await gate.pass() } }
            }
            var failures: [StepFailure]? = []
            for await outcome in tasks {
                switch outcome {
                case .detached: failures = nil
                case .failed(let failure): failures?.append(failure)
                case .succeeded:
                    guard endsOnExit else { continue }
                    failures?.append(StepFailure(text: "Codependent step exited", cause: .exit(0)))
                }
                if outcome != .detached { scope.set() }
            }
            return failures
        }
        guard let failures else { return .detached }
        return StepFailure.joined(failures).map(StepOutcome.failed) ?? .succeeded
    }
}
