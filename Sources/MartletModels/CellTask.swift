/// A task on a cell, or work that asks to become one (then without state).
public struct CellTask: Hashable, Sendable {
    public enum State: String, Hashable, Sendable {
        case running = "Running"
        /// The container has ended, and the cell still tells the BBS of it.
        case completed = "Completed"
    }

    public var guid: TaskGUID
    public var domain: DomainName
    public var state: State?
    /// Only of a completed one.
    public var failed: Bool
    public var memoryMB: Int
    public var diskMB: Int
    public var maxPIDs: Int
    public var rootFS: RootFS
    public var placementTags: [String]
    public var volumeDrivers: [String]

    public init(
        guid: TaskGUID,
        domain: DomainName,
        state: State? = nil,
        failed: Bool = false,
        memoryMB: Int,
        diskMB: Int,
        maxPIDs: Int,
        rootFS: RootFS,
        placementTags: [String] = [],
        volumeDrivers: [String] = []
    ) {
        self.guid = guid
        self.domain = domain
        self.state = state
        self.failed = failed
        self.memoryMB = memoryMB
        self.diskMB = diskMB
        self.maxPIDs = maxPIDs
        self.rootFS = rootFS
        self.placementTags = placementTags
        self.volumeDrivers = volumeDrivers
    }
}
