import MartletModels

/// Swallows the error of its action.
struct TryStep: Sendable {
    let action: TryAction

    func run(in context: StepContext, ready: @escaping Ready) async -> StepOutcome {
        let child = context.child("t", logSource: action.logSource)
        let outcome = await ActionStep(action.action).run(in: child, ready: ready)
        return outcome == .detached ? .detached : .succeeded
    }
}
