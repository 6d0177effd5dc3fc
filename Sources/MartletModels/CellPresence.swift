/// What a cell says of itself for as long as it lives.
public struct CellPresence: Hashable, Sendable {
    public var cellID: CellID
    /// `http://IP:port`.
    public var repAddress: String
    /// `https://host:port`, or empty without TLS.
    public var repURL: String
    public var zone: String
    public var capacity: CellCapacity
    public var rootFSProviders: [RootFSProvider]
    public var placementTags: [String]
    public var optionalPlacementTags: [String]

    public init(
        cellID: CellID,
        repAddress: String,
        repURL: String = "",
        zone: String = "",
        capacity: CellCapacity,
        rootFSProviders: [RootFSProvider],
        placementTags: [String] = [],
        optionalPlacementTags: [String] = []
    ) {
        self.cellID = cellID
        self.repAddress = repAddress
        self.repURL = repURL
        self.zone = zone
        self.capacity = capacity
        self.rootFSProviders = rootFSProviders
        self.placementTags = placementTags
        self.optionalPlacementTags = optionalPlacementTags
    }

    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.check(!cellID.isEmpty, "cell_id")
        error.check(!repAddress.isEmpty || !repURL.isEmpty, "rep_address")
        error.check(capacity.memoryMB > 0 && capacity.diskMB > 0 && capacity.containers > 0, "capacity")
        try error.throwIfAny()
    }
}

/// Resources in MiB and containers: a total, or what is left of it.
public struct CellCapacity: Hashable, Sendable {
    public var memoryMB: Int
    public var diskMB: Int
    public var containers: Int

    public init(memoryMB: Int, diskMB: Int, containers: Int) {
        self.memoryMB = memoryMB
        self.diskMB = diskMB
        self.containers = containers
    }
}

/// A scheme of root file systems that a cell can provide.
public struct RootFSProvider: Hashable, Sendable {
    /// The scheme, for example `docker`.
    public var name: String
    /// The names a scheme is limited to; empty means any.
    public var properties: [String]

    public init(name: String, properties: [String] = []) {
        self.name = name
        self.properties = properties
    }

    public func provides(_ rootFS: RootFS) -> Bool {
        rootFS.scheme == name && (properties.isEmpty || properties.contains(rootFS.opaque))
    }
}

/// A presence and until when it holds.
public struct RegisteredCell: Hashable, Sendable {
    public var presence: CellPresence
    public var expiresAt: Timestamp

    public init(presence: CellPresence, expiresAt: Timestamp) {
        self.presence = presence
        self.expiresAt = expiresAt
    }
}
