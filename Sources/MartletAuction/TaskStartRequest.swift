public import MartletModels

/// A task that wants a cell (auctioneer section 1.2).
public struct TaskStartRequest: Hashable, Sendable {
    /// As a cell is asked to take it.
    public var work: CellTask

    public init(_ work: CellTask) { self.work = work }

    public var guid: TaskGUID { work.guid }

    /// The entry rules of section 1.2, with its texts; `nil` when it may be auctioned.
    public var invalidity: String? {
        if work.guid.isEmpty { return "task guid is empty" }
        if work.memoryMB < 0 || work.diskMB < 0 { return "resources cannot be less than zero" }
        if work.rootFS.url.isEmpty { return "placement constraint cannot be empty" }
        return nil
    }
}
