import MartletModels

/// Compares what is wanted with what exists. Reads no clock, does no I/O and keeps no state.
///
/// The rules are those of BBS sections 6.2 and 6.3, with its known gap closed: a desired LRP with as many records as
/// instances, but at the wrong indices, is put right.
/// - Complexity: O(desired instances + actual instances), plus the sort of what has to change.
public func converge(_ snapshot: ConvergenceSnapshot) -> ConvergencePlan {
    var planner = Planner(snapshot)
    var processes = Dictionary(grouping: snapshot.actual, by: \.key.processGUID)
    for info in snapshot.desired {
        planner.plan(info, records: processes.removeValue(forKey: info.processGUID) ?? [])
    }
    for records in processes.values { planner.planOrphans(records) }
    return planner.finish()
}

/// The up to three records of one process guid and index.
struct KeyRecords {
    var ordinary: ActualLRP?
    var evacuating: ActualLRP?
    var suspect: ActualLRP?

    static func grouped(_ records: [ActualLRP]) -> [Int: KeyRecords] {
        records.reduce(into: [:]) { keys, record in
            switch record.presence {
            case .ordinary: keys[record.key.index, default: KeyRecords()].ordinary = record
            case .evacuating: keys[record.key.index, default: KeyRecords()].evacuating = record
            case .suspect: keys[record.key.index, default: KeyRecords()].suspect = record
            }
        }
    }
}

/// What is known about all records of a key.
struct KeyContext {
    /// `nil` when nothing speaks against running it, or nothing is known about it.
    var refusal: AdmissionRefusal?
    var isWanted: Bool
    /// Why it should not run; `nil` while it may be wanted or its domain is not fresh.
    var surplus: RetiredInstance.Reason?
}
