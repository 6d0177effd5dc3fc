import MartletModels

/// Runs its parts all together and waits for all, even after an error.
struct ParallelStep: Sendable {
    let group: ActionGroup

    func run(in context: StepContext, ready: @escaping Ready) async -> StepOutcome {
        let gate = ReadyGate(waitingFor: group.actions.count, then: ready)
        let outcomes = await withTaskGroup(of: (Int, StepOutcome).self) { tasks in
            for (index, action) in group.actions.enumerated() {
                let child = context.child("\(index)", logSource: group.logSource)
                tasks.addTask { (index, await ActionStep(action).run(in: child) { await gate.pass() }) }
            }
            return await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        if outcomes.values.contains(.detached) { return .detached }
        let failures = outcomes.sorted { $0.key < $1.key }.compactMap(\.value.failure)
        return StepFailure.joined(failures).map(StepOutcome.failed) ?? .succeeded
    }
}
