public import MartletModels

/// Instances of one process that want a cell (auctioneer section 1.2).
public struct LRPStartRequest: Hashable, Sendable {
    public var processGUID: ProcessGUID
    public var domain: DomainName
    /// In any order; a repeated index counts once.
    public var indices: [Int]
    /// MiB; 0 is unlimited.
    public var memoryMB: Int
    /// MiB; 0 is unlimited.
    public var diskMB: Int
    /// Carried along; not part of the decision.
    public var maxPIDs: Int
    public var rootFS: RootFS
    public var placementTags: [String]
    /// One driver name for each volume mount.
    public var volumeDrivers: [String]

    public init(
        processGUID: ProcessGUID,
        domain: DomainName,
        indices: [Int],
        memoryMB: Int,
        diskMB: Int,
        maxPIDs: Int = 0,
        rootFS: RootFS,
        placementTags: [String] = [],
        volumeDrivers: [String] = []
    ) {
        self.processGUID = processGUID
        self.domain = domain
        self.indices = indices
        self.memoryMB = memoryMB
        self.diskMB = diskMB
        self.maxPIDs = maxPIDs
        self.rootFS = rootFS
        self.placementTags = placementTags
        self.volumeDrivers = volumeDrivers
    }

    public init(_ info: DesiredLRPSchedulingInfo, indices: [Int]) {
        self.init(
            processGUID: info.processGUID,
            domain: info.domain,
            indices: indices,
            memoryMB: info.memoryMB,
            diskMB: info.diskMB,
            maxPIDs: info.maxPIDs,
            rootFS: info.rootFS,
            placementTags: info.placementTags,
            volumeDrivers: info.volumeDrivers
        )
    }

    /// The work as a cell is asked to take it, one instance each.
    public var work: [CellLRP] { indices.map(work) }

    func work(_ index: Int) -> CellLRP {
        CellLRP(
            key: key(index),
            memoryMB: memoryMB,
            diskMB: diskMB,
            maxPIDs: maxPIDs,
            rootFS: rootFS,
            placementTags: placementTags,
            volumeDrivers: volumeDrivers
        )
    }

    func key(_ index: Int) -> ActualLRPKey { ActualLRPKey(processGUID: processGUID, index: index, domain: domain) }

    /// The entry rules of section 1.2, with its texts (the first one is spelled so); `nil` when it may be auctioned.
    public var invalidity: String? {
        if processGUID.isEmpty { return "proccess guid is empty" }
        if domain.isEmpty { return "domain is empty" }
        if indices.isEmpty { return "indices must not be empty" }
        if memoryMB < 0 || diskMB < 0 { return "resources cannot be less than 0" }
        if rootFS.url.isEmpty { return "placement constraint cannot be empty" }
        return nil
    }
}
