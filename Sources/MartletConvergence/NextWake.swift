public import MartletModels

extension ConvergenceSnapshot {
    /// The earliest moment after `now` at which something becomes due by itself: an instance has waited too long for a
    /// cell, a crashed one may start again, a cell's presence ends, or the policy changes. `nil` when nothing will.
    public var nextWake: Timestamp? {
        let wanted = Dictionary(desired.map { ($0.processGUID, $0) }) { first, _ in first }
        let ofInstances = actual.lazy.compactMap { record -> Timestamp? in
            guard let info = wanted[record.key.processGUID], record.key.index < info.instances else { return nil }
            return policy.refusal(of: info) == nil ? dueTime(of: record) : nil
        }
        let ofCells = cells.lazy.map(\.expiresAt)
        let ofPolicy = policy.nextChange(after: now).map { [$0] } ?? []
        let times = Array(ofInstances) + Array(ofCells) + ofPolicy
        return times.filter { $0 > now }.min()
    }

    /// When convergence will next do something for a waiting or crashed ordinary instance; may lie in the past.
    func dueTime(of record: ActualLRP) -> Timestamp? {
        guard record.presence == .ordinary else { return nil }
        switch record.state {
        case .unclaimed: return rules.staleTime(of: record, asked: asked[record.key])
        case .crashed: return rules.restart.restartTime(of: record)
        case .claimed, .running: return nil
        }
    }
}
