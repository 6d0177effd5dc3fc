import MartletModels

/// What an instance or a task asks of a cell: all that placement depends on, apart from what runs already.
struct Demand: Hashable, Sendable {
    /// Instances spread over zones and keep away from their like; tasks keep away from tasks.
    var isTask: Bool
    /// MiB; a negative amount, which no valid request has, counts as 0, so that a cell only ever gets fuller.
    var memoryMB: Int
    var diskMB: Int
    var rootFS: RootFS
    var placementTags: [String]
    var volumeDrivers: [String]

    init(_ request: LRPStartRequest) {
        isTask = false
        (memoryMB, diskMB) = (max(0, request.memoryMB), max(0, request.diskMB))
        rootFS = request.rootFS
        (placementTags, volumeDrivers) = (request.placementTags, request.volumeDrivers)
    }

    init(_ task: CellTask) {
        isTask = true
        (memoryMB, diskMB) = (max(0, task.memoryMB), max(0, task.diskMB))
        rootFS = task.rootFS
        (placementTags, volumeDrivers) = (task.placementTags, task.volumeDrivers)
    }
}
