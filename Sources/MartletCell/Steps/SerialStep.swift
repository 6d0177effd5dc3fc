import MartletModels

/// Runs its parts in order; the first error stops. Ready when the last one is.
struct SerialStep: Sendable {
    let group: ActionGroup

    func run(in context: StepContext, ready: @escaping Ready) async -> StepOutcome {
        // A log source of a serial action is ignored (executor section 4.5).
        let silent: Ready = {}
        for (index, action) in group.actions.enumerated() {
            let isLast = index == group.actions.count - 1
            let outcome = await ActionStep(action).run(in: context.child("\(index)"), ready: isLast ? ready : silent)
            guard outcome == .succeeded else { return outcome }
        }
        return .succeeded
    }
}
