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
            isOutdated = try live()?.liveUpdate(for: lrp) != nil
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
