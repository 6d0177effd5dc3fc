/// What placement and convergence need of a desired LRP; small, so that many fit in memory.
public struct DesiredLRPSchedulingInfo: Hashable, Sendable {
    public var processGUID: ProcessGUID
    public var domain: DomainName
    public var logGUID: String
    public var annotation: String
    public var instances: Int
    public var memoryMB: Int
    public var diskMB: Int
    public var maxPIDs: Int
    public var rootFS: RootFS
    public var routes: [String: [UInt8]]
    public var placementTags: [String]
    public var volumeDrivers: [String]
    public var modificationTag: ModificationTag

    public init(
        processGUID: ProcessGUID,
        domain: DomainName,
        logGUID: String = "",
        annotation: String = "",
        instances: Int,
        memoryMB: Int,
        diskMB: Int,
        maxPIDs: Int,
        rootFS: RootFS,
        routes: [String: [UInt8]] = [:],
        placementTags: [String] = [],
        volumeDrivers: [String] = [],
        modificationTag: ModificationTag
    ) {
        self.processGUID = processGUID
        self.domain = domain
        self.logGUID = logGUID
        self.annotation = annotation
        self.instances = instances
        self.memoryMB = memoryMB
        self.diskMB = diskMB
        self.maxPIDs = maxPIDs
        self.rootFS = rootFS
        self.routes = routes
        self.placementTags = placementTags
        self.volumeDrivers = volumeDrivers
        self.modificationTag = modificationTag
    }
}

extension DesiredLRP {
    /// What placement and convergence need of it.
    public var schedulingInfo: DesiredLRPSchedulingInfo {
        DesiredLRPSchedulingInfo(
            processGUID: processGUID,
            domain: domain,
            logGUID: logGUID,
            annotation: annotation,
            instances: instances,
            memoryMB: memoryMB,
            diskMB: diskMB,
            maxPIDs: maxPIDs,
            rootFS: rootFS,
            routes: routes,
            placementTags: placementTags,
            volumeDrivers: volumeMounts.map(\.driver),
            modificationTag: modificationTag
        )
    }
}
