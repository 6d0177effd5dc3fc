/// Why a task did not change its state.
public enum TaskTransitionError: Error, Hashable, Sendable, CustomStringConvertible {
    case invalidTransition(TaskGUID, from: MartletTask.StateName, to: MartletTask.StateName)
    /// A cell has completed what runs on another one.
    case runningElsewhere(TaskGUID, on: CellID, not: CellID)
    /// Only what is pending or running can be rejected.
    case cannotBeRejected(TaskGUID, while: MartletTask.StateName)
    /// The feature flag that governs its root file system is off.
    case notAdmitted(TaskGUID, flag: FeatureFlagName)

    /// In the words of the BBS (section 1.6).
    public var description: String {
        switch self {
        case .invalidTransition(_, let from, let to): "Cannot transition from \(from) to \(to)"
        case .runningElsewhere(_, let actual, let given): "Running on cell \(actual) not \(given)"
        case .cannotBeRejected(_, let state): "cannot reject a task that is \(state)"
        case .notAdmitted(_, let flag): "feature flag \(flag.rawValue) is disabled"
        }
    }
}
