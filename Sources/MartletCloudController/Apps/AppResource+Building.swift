import MartletModels
import MartletStore

/// What the Cloud Controller remembers of an app, in the `definition` of its record.
struct AppDefinition: Codable {
    /// As pushed, with the password.
    var request: PushRequest
    /// `nil` for a preloaded root file system.
    var imageDigest: String?
    var ports: [UInt32]
}

extension AppResource {
    /// - Parameter actual: of the app's process guid.
    init(_ record: AppRecord, _ definition: AppDefinition, _ actual: [ActualLRP], at now: Timestamp) {
        let request = definition.request
        guid = record.guid
        name = record.name
        image = request.image ?? request.rootFS ?? ""
        imageDigest = definition.imageDigest
        processGUID = record.processGUID.rawValue
        desiredInstances = request.instances
        memoryMB = request.memoryMB
        diskMB = request.diskMB
        command = request.command
        healthCheckType = request.healthCheckType
        ports = definition.ports
        createdAt = TimeText.rfc3339(record.createdAt)
        updatedAt = TimeText.rfc3339(record.updatedAt)
        instances = actual.map { Instance($0, at: now) }
        runningInstances = Set(actual.filter { $0.state.name == .running }.map(\.key.index)).count
    }
}

extension AppResource.Instance {
    init(_ lrp: ActualLRP, at now: Timestamp) {
        index = lrp.key.index
        state = lrp.state.name.rawValue
        stateSeconds = Int(max(0, lrp.since.duration(to: now).components.seconds))
        isBeingReplaced = lrp.presence != .ordinary
        cellID = lrp.instanceKey?.cellID.rawValue
        instanceGUID = lrp.instanceKey?.instanceGUID.rawValue
        address = lrp.netInfo?.address
        ports = lrp.netInfo?.ports.map { Port(containerPort: $0.containerPort, hostPort: $0.hostPort) } ?? []
        crashCount = lrp.crashCount
        details =
            switch lrp.state {
            case .unclaimed: [lrp.placementError, lrp.crashReason].first { !$0.isEmpty }
            case .crashed: lrp.crashReason.isEmpty ? nil : lrp.crashReason
            case .claimed, .running: nil
            }
    }
}
