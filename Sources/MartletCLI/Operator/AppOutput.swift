import MartletCloudController

/// An app for `--json`: what the API says, and a URL for each instance that has an address.
struct AppOutput: Encodable {
    struct Instance: Encodable {
        var index: Int
        var state: String
        var stateSeconds: Int
        var isBeingReplaced: Bool
        var cellId: String?
        var instanceGuid: String?
        var url: String?
        var crashCount: Int
        var details: String?

        init(_ instance: AppResource.Instance) {
            index = instance.index
            state = instance.state
            stateSeconds = instance.stateSeconds
            isBeingReplaced = instance.isBeingReplaced
            cellId = instance.cellID
            instanceGuid = instance.instanceGUID
            url = instance.url
            crashCount = instance.crashCount
            details = instance.details
        }
    }

    var name: String
    var guid: String
    var processGuid: String
    var image: String
    var imageDigest: String?
    var desiredInstances: Int
    var runningInstances: Int
    var memoryMb: Int
    var diskMb: Int
    var command: String?
    var healthCheckType: String
    var ports: [UInt32]
    var createdAt: String
    var updatedAt: String
    var instances: [Instance]

    init(_ app: AppResource) {
        name = app.name
        guid = app.guid
        processGuid = app.processGUID
        image = app.image
        imageDigest = app.imageDigest
        desiredInstances = app.desiredInstances
        runningInstances = app.runningInstances
        memoryMb = app.memoryMB
        diskMb = app.diskMB
        command = app.command
        healthCheckType = app.healthCheckType.rawValue
        ports = app.ports
        createdAt = app.createdAt
        updatedAt = app.updatedAt
        instances = app.instances.map(Instance.init)
    }
}

extension AppResource.Instance {
    /// Where it answers, over its first port.
    var url: String? {
        guard state == "RUNNING", let address, let port = ports.first else { return nil }
        return "http://" + (address.contains(":") ? "[\(address)]" : address) + ":\(port.hostPort)"
    }

    var stateColour: Style.Colour? {
        switch state {
        case "RUNNING": isBeingReplaced ? .yellow : .green
        case "CRASHED": .red
        default: .yellow
        }
    }
}
