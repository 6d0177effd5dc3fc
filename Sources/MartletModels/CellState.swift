/// What a cell answers when asked what it has and what it runs; the input of an auction.
public struct CellState: Hashable, Sendable {
    public var cellID: CellID
    public var repURL: String
    public var zone: String
    public var rootFSProviders: [RootFSProvider]
    /// What is left after every reservation.
    public var available: CellCapacity
    public var total: CellCapacity
    public var lrps: [CellLRP]
    public var tasks: [CellTask]
    /// Containers that are reserved or being created.
    public var startingContainerCount: Int
    public var evacuating: Bool
    public var volumeDrivers: [String]
    public var placementTags: [String]
    public var optionalPlacementTags: [String]

    public init(
        cellID: CellID,
        repURL: String,
        zone: String,
        rootFSProviders: [RootFSProvider],
        available: CellCapacity,
        total: CellCapacity,
        lrps: [CellLRP] = [],
        tasks: [CellTask] = [],
        startingContainerCount: Int = 0,
        evacuating: Bool = false,
        volumeDrivers: [String] = [],
        placementTags: [String] = [],
        optionalPlacementTags: [String] = []
    ) {
        self.cellID = cellID
        self.repURL = repURL
        self.zone = zone
        self.rootFSProviders = rootFSProviders
        self.available = available
        self.total = total
        self.lrps = lrps
        self.tasks = tasks
        self.startingContainerCount = startingContainerCount
        self.evacuating = evacuating
        self.volumeDrivers = volumeDrivers
        self.placementTags = placementTags
        self.optionalPlacementTags = optionalPlacementTags
    }
}

/// An instance on a cell, or work that asks to become one (then without instance guid and state).
public struct CellLRP: Hashable, Sendable {
    public enum State: String, Hashable, Sendable {
        case claimed = "CLAIMED"
        case running = "RUNNING"
        case shutdown = "SHUTDOWN"
        case crashed = "CRASHED"
    }

    public var key: ActualLRPKey
    public var instanceGUID: InstanceGUID?
    public var state: State?
    public var memoryMB: Int
    public var diskMB: Int
    public var maxPIDs: Int
    public var rootFS: RootFS
    public var placementTags: [String]
    public var volumeDrivers: [String]

    public init(
        key: ActualLRPKey,
        instanceGUID: InstanceGUID? = nil,
        state: State? = nil,
        memoryMB: Int,
        diskMB: Int,
        maxPIDs: Int,
        rootFS: RootFS,
        placementTags: [String] = [],
        volumeDrivers: [String] = []
    ) {
        self.key = key
        self.instanceGUID = instanceGUID
        self.state = state
        self.memoryMB = memoryMB
        self.diskMB = diskMB
        self.maxPIDs = maxPIDs
        self.rootFS = rootFS
        self.placementTags = placementTags
        self.volumeDrivers = volumeDrivers
    }
}
