import MartletModels

/// How a step of an action tree ended.
enum StepOutcome: Hashable, Sendable {
    case succeeded
    case failed(StepFailure)
    /// The agent let go while the step went on; the next life takes it up again.
    case detached

    static let cancelled = StepOutcome.failed(.cancelled)

    var failure: StepFailure? {
        guard case .failed(let failure) = self else { return nil }
        return failure
    }
}

/// Why a step did not succeed.
struct StepFailure: Error, Hashable, Sendable {
    var text: String
    /// Whether the app's owner may read it as the reason of a crash; consequences of our own stopping are not.
    var isDisplayable = true
    var cause: CrashCause = .other

    static let cancelled = StepFailure(text: "cancelled", isDisplayable: false)
    static let graceExceeded = StepFailure(text: "exceeded graceful shutdown interval", isDisplayable: false)

    /// One failure for several: the displayable texts, joined by `; ` (executor section 4.5).
    ///
    /// - Returns: `nil` when there is none.
    static func joined(_ failures: [StepFailure]) -> StepFailure? {
        let displayable = failures.filter(\.isDisplayable)
        guard let first = displayable.first else { return failures.first }
        return StepFailure(text: displayable.map(\.text).joined(separator: "; "), cause: first.cause)
    }
}
