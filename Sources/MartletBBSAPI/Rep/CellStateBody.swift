import MartletModels

/// Table 2.2 of the cell specification.
struct CellStateBody: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case repURL = "rep_url"
        case cellID = "cell_id"
        case cellIndex = "cell_index"
        case rootFSProviders = "RootFSProviders"
        case available = "AvailableResources"
        case total = "TotalResources"
        case lrps = "LRPs"
        case tasks = "Tasks"
        case startingContainerCount = "StartingContainerCount"
        case zone = "Zone"
        case evacuating = "Evacuating"
        case volumeDrivers = "VolumeDrivers"
        case placementTags = "PlacementTags"
        case optionalPlacementTags = "OptionalPlacementTags"
        case proxyMemory = "ProxyMemoryAllocationMB"
    }

    var repURL: String?
    var cellID: String?
    var cellIndex: Int?
    var rootFSProviders: [String: ProviderBody]?
    var available: CapacityBody?
    var total: CapacityBody?
    var lrps: [CellLRPBody]?
    var tasks: [CellTaskBody]?
    var startingContainerCount: Int?
    var zone: String?
    var evacuating: Bool?
    var volumeDrivers: [String]?
    var placementTags: [String]?
    var optionalPlacementTags: [String]?
    var proxyMemory: Int?

    init(_ state: CellState) {
        repURL = state.repURL
        cellID = state.cellID.rawValue
        cellIndex = 0
        rootFSProviders = Dictionary(state.rootFSProviders.map { ($0.name, ProviderBody($0)) }) { _, last in last }
        available = CapacityBody(state.available)
        total = CapacityBody(state.total)
        lrps = state.lrps.map { CellLRPBody($0) }
        tasks = state.tasks.map { CellTaskBody($0) }
        startingContainerCount = state.startingContainerCount
        zone = state.zone
        evacuating = state.evacuating
        volumeDrivers = state.volumeDrivers
        placementTags = state.placementTags
        optionalPlacementTags = state.optionalPlacementTags
        proxyMemory = 0
    }

    var state: CellState {
        CellState(
            cellID: CellID(cellID ?? ""),
            repURL: repURL ?? "",
            zone: zone ?? "",
            rootFSProviders: (rootFSProviders ?? [:]).sorted { $0.key < $1.key }.compactMap { $1.provider($0) },
            available: available.capacity,
            total: total.capacity,
            lrps: (lrps ?? []).map(\.lrp),
            tasks: (tasks ?? []).map(\.task),
            startingContainerCount: startingContainerCount.clamped,
            evacuating: evacuating ?? false,
            volumeDrivers: volumeDrivers ?? [],
            placementTags: placementTags ?? [],
            optionalPlacementTags: optionalPlacementTags ?? []
        )
    }
}

/// A total, or what is left of it.
struct CapacityBody: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case memoryMB = "MemoryMB"
        case diskMB = "DiskMB"
        case containers = "Containers"
    }

    var memoryMB: Int?
    var diskMB: Int?
    var containers: Int?

    init(_ capacity: CellCapacity) {
        (memoryMB, diskMB, containers) = (capacity.memoryMB, capacity.diskMB, capacity.containers)
    }
}

extension CapacityBody? {
    fileprivate var capacity: CellCapacity {
        CellCapacity(
            memoryMB: (self?.memoryMB).clamped,
            diskMB: (self?.diskMB).clamped,
            containers: (self?.containers).clamped
        )
    }
}

/// Which root file systems a scheme offers.
struct ProviderBody: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case type
        case set
    }

    struct Nothing: Codable {}

    var type: String?
    var set: [String: Nothing]?

    init(_ provider: RootFSProvider) {
        type = provider.properties.isEmpty ? "arbitrary" : "fixed_set"
        guard !provider.properties.isEmpty else { return }
        set = Dictionary(provider.properties.map { ($0, Nothing()) }) { first, _ in first }
    }

    /// `nil` for a fixed set of nothing, and for a type that nobody knows: it offers nothing that we could ask for.
    func provider(_ scheme: String) -> RootFSProvider? {
        switch type {
        case "arbitrary": RootFSProvider(name: scheme)
        case "fixed_set" where set?.isEmpty == false:
            RootFSProvider(name: scheme, properties: (set ?? [:]).keys.sorted())
        default: nil
        }
    }
}
