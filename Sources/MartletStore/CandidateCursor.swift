public import MartletModels

/// Where a page of candidates ended, so that the next one goes on there.
public struct CandidateCursor: Hashable, Sendable {
    /// Which of the source's ranges, by name.
    var range: String
    /// What the range is ordered by before the key.
    var leading: Leading
    var processGUID: String
    var index: Int64
    var presence: Int64

    /// The first column of a range's order.
    enum Leading: Hashable, Sendable {
        /// The range is ordered by the key alone.
        case none
        case number(Int64)
        case text(String)
    }
}

/// Some of the instances that a source has.
public struct CandidatePage: Hashable, Sendable {
    /// Each once; another page may repeat one that has several records.
    public var ids: [InstanceID]
    /// Where the next page begins; `nil` when there is nothing more.
    public var next: CandidateCursor?

    public init(ids: [InstanceID] = [], next: CandidateCursor? = nil) { (self.ids, self.next) = (ids, next) }
}
