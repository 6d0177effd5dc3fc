public import MartletModels

/// Where a pass looks for instances that may be out of place.
///
/// Each is an index of the store that holds only what is, or soon will be, out of place, so that looking costs nothing
/// while all is well. An instance may be found by several; one that is found may still be in place.
public enum CandidateSource: Hashable, Sendable {
    /// Suspect and evacuating records.
    case displaced
    /// Records held by a cell that is not alive.
    case onLostCells
    /// Docker instances that neither carry this placement error nor are crashed: while the flag is off they have to
    /// stop, or to be told. `nil` while the flag is on finds nothing.
    case notRefused(placementError: String)
    /// Waiting instances that carry the placement error of a refusal: while the flag is on they may be tried.
    case refused
    /// Records that no desired LRP wants, in these domains.
    case unwanted(in: Set<DomainName>)
    /// Instances that are desired and have no ordinary record.
    case missing
    /// Waiting instances that have waited long enough, and crashed ones whose back-off has passed.
    case due
    /// Waiting instances that began to wait before this.
    case waiting(since: Timestamp)
    /// Instances whose cell does not know the newest routes or metric tags.
    case outdated

    /// Whatever has happened to one process.
    case process(ProcessGUID)
    /// These instances, in this order.
    case instances([InstanceID])
    /// Records held by one cell, suspect ones included.
    case cell(CellID)
}
