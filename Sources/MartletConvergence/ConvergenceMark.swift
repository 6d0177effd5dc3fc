public import MartletModels

/// What the store notes beside a record, so that a pass finds by an index what is out of place. It is a function of the
/// record and of its desired LRP, and is written in the same transaction as either.
public struct ConvergenceMark: Hashable, Sendable {
    /// Whether a desired LRP wants an instance at this index.
    public var isWanted: Bool
    /// The placement error, when it is that of a refusal and the instance waits; otherwise empty.
    public var refusal: String
    /// When convergence has to look at it although nothing has happened; `nil` for never.
    public var dueAt: Timestamp?

    /// - Parameter desired: of the record's process; `nil` when it is not desired.
    public init(_ lrp: ActualLRP, desired: DesiredLRPSummary?, rules: ConvergenceRules) {
        isWanted = desired?.wants(lrp.key.id) ?? false
        let isRefused = lrp.state == .unclaimed && AdmissionRefusal.isRefusal(lrp.placementError)
        refusal = isRefused ? lrp.placementError : ""
        dueAt = isWanted && !isRefused ? rules.dueTime(of: lrp) : nil
    }
}

extension ConvergenceRules {
    /// When convergence will next do something for a waiting or crashed instance by itself; may lie in the past.
    public func dueTime(of lrp: ActualLRP) -> Timestamp? {
        guard lrp.presence == .ordinary else { return nil }
        switch lrp.state {
        case .unclaimed: return lrp.since + staleAfter
        case .crashed: return restart.restartTime(of: lrp)
        case .claimed, .running: return nil
        }
    }
}
