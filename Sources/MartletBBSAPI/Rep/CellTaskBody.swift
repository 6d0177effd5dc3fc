import MartletModels

/// A task in a cell's state or in work for it; in work, `state` is empty.
struct CellTaskBody: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case guid = "TaskGuid"
        case domain = "Domain"
        case placementTags = "PlacementTags"
        case volumeDrivers = "VolumeDrivers"
        case rootFS = "RootFs"
        case memoryMB = "MemoryMB"
        case diskMB = "DiskMB"
        case maxPIDs = "MaxPids"
        case state
        case failed
    }

    var guid: String?
    var domain: String?
    var placementTags: [String]?
    var volumeDrivers: [String]?
    var rootFS: String?
    var memoryMB: Int?
    var diskMB: Int?
    var maxPIDs: Int?
    var state: String?
    var failed: Bool?

    init(_ task: CellTask) {
        guid = task.guid.rawValue
        domain = task.domain.rawValue
        placementTags = task.placementTags
        volumeDrivers = task.volumeDrivers
        rootFS = task.rootFS.url
        memoryMB = task.memoryMB
        diskMB = task.diskMB
        maxPIDs = task.maxPIDs
        state = task.state?.rawValue ?? ""
        failed = task.failed
    }

    /// The first number that the BBS could not have sent, by name.
    var unfitNumber: String? {
        let numbers = [("MemoryMB", memoryMB), ("DiskMB", diskMB), ("MaxPids", maxPIDs)]
        return numbers.first { !$0.1.isFit }.map { "\($0.0) \($0.1 ?? 0) is out of range" }
    }

    /// Numbers out of range become the nearest one within.
    var task: CellTask {
        CellTask(
            guid: TaskGUID(guid ?? ""),
            domain: DomainName(domain ?? ""),
            state: CellTask.State(rawValue: state ?? ""),
            failed: failed ?? false,
            memoryMB: memoryMB.clamped,
            diskMB: diskMB.clamped,
            maxPIDs: maxPIDs.clamped,
            rootFS: RootFS(rootFS ?? ""),
            placementTags: placementTags ?? [],
            volumeDrivers: volumeDrivers ?? []
        )
    }
}
