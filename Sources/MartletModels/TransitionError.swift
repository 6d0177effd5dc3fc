/// Why an instance did not change its state.
public enum TransitionError: Error, Hashable, Sendable {
    case cannotBeClaimed(ActualLRPKey, while: ActualLRP.StateName)
    case cannotBeStarted(ActualLRPKey, while: ActualLRP.StateName)
    case cannotBeCrashed(ActualLRPKey, while: ActualLRP.StateName)
    case cannotBeFailed(ActualLRPKey, while: ActualLRP.StateName)
    case cannotBeUnclaimed(ActualLRPKey, while: ActualLRP.StateName)
    case cannotBeRemoved(ActualLRPKey, while: ActualLRP.StateName)
    /// The feature flag that governs its root file system is off.
    case notAdmitted(ActualLRPKey, flag: FeatureFlagName)
}
