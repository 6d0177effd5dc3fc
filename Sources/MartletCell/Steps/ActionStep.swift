import MartletModels

/// Carries out an action: turns the tree of values into the steps that know how.
struct ActionStep: Sendable {
    let action: Action?

    init(_ action: Action?) { self.action = action }

    func run(in context: StepContext, ready: @escaping Ready) async -> StepOutcome {
        switch action {
        case .run(let run): await RunStep(action: run).run(in: context, ready: ready)
        case .timeout(let timeout): await TimeoutStep(action: timeout).run(in: context, ready: ready)
        case .try(let attempt): await TryStep(action: attempt).run(in: context, ready: ready)
        case .emitProgress(let progress): await EmitProgressStep(action: progress).run(in: context, ready: ready)
        case .serial(let group): await SerialStep(group: group).run(in: context, ready: ready)
        case .parallel(let group): await ParallelStep(group: group).run(in: context, ready: ready)
        case .codependent(let group): await CodependentStep(group: group).run(in: context, ready: ready)
        case .download: .failed(StepFailure(text: "download actions are not supported by this cell"))
        case .upload: .failed(StepFailure(text: "upload actions are not supported by this cell"))
        case nil: .failed(StepFailure(text: "invalid action: nothing to run"))
        }
    }
}
