public import MartletModels

/// What a cell is, and how often it does what. Defaults are Diego's (cell specification 8.2).
public struct CellConfiguration: Hashable, Sendable {
    public var executor: ExecutorConfiguration
    /// `http://IP:port`, where this cell's routes answer.
    public var repAddress: String
    /// The same over TLS, or empty.
    public var repURL = ""
    public var zone = ""
    public var rootFSProviders: [RootFSProvider]
    public var placementTags: [String] = []
    public var optionalPlacementTags: [String] = []
    /// Between comparisons of the cell's containers with the BBS; events come first, this is the safety net.
    public var pollingInterval: Duration = .seconds(30)
    /// Until a comparison, or a call that got no answer, is tried again.
    public var retryInterval: Duration = .seconds(2)
    public var presenceTTL: Duration = .seconds(15)
    public var presenceInterval: Duration = .seconds(5)

    public init(executor: ExecutorConfiguration, repAddress: String, rootFSProviders: [RootFSProvider]) {
        self.executor = executor
        self.repAddress = repAddress
        self.rootFSProviders = rootFSProviders
    }

    public var cellID: CellID { executor.cellID }

    /// What the cell says of itself.
    public var presence: CellPresence {
        CellPresence(
            cellID: cellID,
            repAddress: repAddress,
            repURL: repURL,
            zone: zone,
            capacity: executor.total,
            rootFSProviders: rootFSProviders,
            placementTags: placementTags,
            optionalPlacementTags: optionalPlacementTags
        )
    }
}
