import MartletModels

/// Says on the app's log when its action starts, succeeds or fails. The outcome is the action's.
struct EmitProgressStep: Sendable {
    let action: EmitProgressAction

    func run(in context: StepContext, ready: @escaping Ready) async -> StepOutcome {
        let source = action.logSource.isEmpty ? context.logSource : action.logSource
        let log = context.surroundings.log
        if await isFirstTime(context), !action.startMessage.isEmpty {
            log.write(action.startMessage, source: source)
        }
        let outcome = await ActionStep(action.action).run(in: context.child("e"), ready: ready)
        switch outcome {
        case .detached: break
        case .succeeded:
            if !action.successMessage.isEmpty { log.write(action.successMessage, source: source) }
        case .failed(let failure):
            guard !action.failureMessagePrefix.isEmpty else { break }
            let detail = failure.isDisplayable ? ": \(failure.text)" : ""
            log.write(action.failureMessagePrefix + detail, to: .err, source: source)
        }
        return outcome
    }

    /// A step that an earlier life of the agent began has said so then.
    private func isFirstTime(_ context: StepContext) async -> Bool {
        do { return try await context.journal.begin(context.id).isNew } catch { return true }
    }
}
