import MartletModels

/// An instance in a cell's state or in work for it; in work, `instance_guid` and `state` are empty.
struct CellLRPBody: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case instanceGUID = "instance_guid"
        case processGUID = "process_guid"
        case index
        case domain
        case placementTags = "PlacementTags"
        case volumeDrivers = "VolumeDrivers"
        case rootFS = "RootFs"
        case memoryMB = "MemoryMB"
        case diskMB = "DiskMB"
        case maxPIDs = "MaxPids"
        case state
    }

    var instanceGUID: String?
    var processGUID: String?
    var index: Int?
    var domain: String?
    var placementTags: [String]?
    var volumeDrivers: [String]?
    var rootFS: String?
    var memoryMB: Int?
    var diskMB: Int?
    var maxPIDs: Int?
    var state: String?

    init(_ lrp: CellLRP) {
        instanceGUID = lrp.instanceGUID?.rawValue ?? ""
        processGUID = lrp.key.processGUID.rawValue
        index = lrp.key.index
        domain = lrp.key.domain.rawValue
        placementTags = lrp.placementTags
        volumeDrivers = lrp.volumeDrivers
        rootFS = lrp.rootFS.url
        memoryMB = lrp.memoryMB
        diskMB = lrp.diskMB
        maxPIDs = lrp.maxPIDs
        state = lrp.state?.rawValue ?? ""
    }

    /// The first number that the BBS could not have sent, by name.
    var unfitNumber: String? {
        let numbers = [("index", index), ("MemoryMB", memoryMB), ("DiskMB", diskMB), ("MaxPids", maxPIDs)]
        return numbers.first { !$0.1.isFit }.map { "\($0.0) \($0.1 ?? 0) is out of range" }
    }

    /// Numbers out of range become the nearest one within.
    var lrp: CellLRP {
        let key = ActualLRPKey(
            processGUID: ProcessGUID(processGUID ?? ""),
            index: index.clamped,
            domain: DomainName(domain ?? "")
        )
        let instance = instanceGUID ?? ""
        return CellLRP(
            key: key,
            instanceGUID: instance.isEmpty ? nil : InstanceGUID(instance),
            state: CellLRP.State(rawValue: state ?? ""),
            memoryMB: memoryMB.clamped,
            diskMB: diskMB.clamped,
            maxPIDs: maxPIDs.clamped,
            rootFS: RootFS(rootFS ?? ""),
            placementTags: placementTags ?? [],
            volumeDrivers: volumeDrivers ?? []
        )
    }
}
