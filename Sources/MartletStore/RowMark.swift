import MartletConvergence
import MartletModels
import MartletSQL

/// Everything that the store notes beside a record, computed from the record and its desired LRP.
struct RowMark {
    let mark: ConvergenceMark
    /// `nil` while it is not desired; the row keeps what it has.
    let isDocker: Bool?
    let isOutdated: Bool

    /// - Parameter live: the desired LRP, asked for only when the answer depends on it.
    init(
        _ lrp: ActualLRP,
        desired: DesiredLRPSummary?,
        rules: ConvergenceRules,
        live: () throws(StoreError) -> DesiredLRP?
    ) throws(StoreError) {
        mark = ConvergenceMark(lrp, desired: desired, rules: rules)
        isDocker = desired?.isDocker
        if mark.isWanted, lrp.presence == .ordinary, case .running = lrp.state {
            isOutdated = try live()?.isOutdated(lrp) ?? false
        } else {
            isOutdated = false
        }
    }

    /// `wanted`, `docker`, `refusal`, `due_ns` and `outdated`.
    var values: [SQLValue] {
        [
            .bool(mark.isWanted), .optional(isDocker.map { $0 ? 1 : 0 }), .text(mark.refusal),
            .optional(mark.dueAt?.nanoseconds), .bool(isOutdated),
        ]
    }
}

extension DesiredLRP {
    /// Whether the cell that runs the instance has reported something else than what it should by now.
    func isOutdated(_ lrp: ActualLRP) -> Bool {
        guard let instance = lrp.instanceKey?.instanceGUID else { return false }
        return metricTags.mapValues { $0.resolved(index: lrp.key.index, instance: instance) } != lrp.metricTags
    }

    /// Whether what running instances are told differs from what they were told under `before`.
    func changesRunningInstances(since before: DesiredLRP) -> Bool {
        metricTags != before.metricTags || routes != before.routes
    }
}
