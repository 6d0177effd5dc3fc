import MartletModels

/// Cancels its action when it takes too long. The time counts from the action's first start, whoever lived then.
struct TimeoutStep: Sendable {
    let action: TimeoutAction

    private enum Event: Sendable {
        case ended(StepOutcome)
        case timedOut
        case timerCancelled
    }

    func run(in context: StepContext, ready: @escaping Ready) async -> StepOutcome {
        let limit = Duration.milliseconds(action.timeoutMilliseconds)
        let deadline = await begunAt(context) + limit
        let scope = context.stop.child()
        let child = context.child("t", logSource: action.logSource, stop: scope)
        let clock = context.surroundings.clock
        return await withTaskGroup(of: Event.self) { tasks in
            tasks.addTask { .ended(await ActionStep(action.action).run(in: child, ready: ready)) }
            tasks.addTask { await clock.sleep(until: deadline) ? .timedOut : .timerCancelled }
            var isOver = false
            for await event in tasks {
                switch event {
                case .timerCancelled: continue
                case .timedOut:
                    isOver = true
                    scope.set()
                case .ended(let outcome):
                    tasks.cancelAll()
                    return isOver ? Self.outcome(afterTimeout: outcome, limit) : outcome
                }
            }
            return .detached
        }
    }

    private static func outcome(afterTimeout outcome: StepOutcome, _ limit: Duration) -> StepOutcome {
        if outcome == .detached { return .detached }
        var text = "exceeded \(limit.goText) timeout"
        if let failure = outcome.failure, failure.isDisplayable { text += "; \(failure.text)" }
        return .failed(StepFailure(text: text))
    }

    private func begunAt(_ context: StepContext) async -> Timestamp {
        do { return try await context.journal.begin(context.id).begunAt } catch {
            return context.surroundings.clock.now
        }
    }
}
