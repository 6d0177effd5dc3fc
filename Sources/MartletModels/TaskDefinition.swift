/// What a task runs, and in what.
public struct TaskDefinition: Hashable, Sendable {
    public var rootFS: RootFS
    /// Set for every process of the container.
    public var environment: [EnvironmentVariable] = []
    /// Absent only in a message that validation refuses.
    public var action: Action?
    /// MiB; 0 is unlimited.
    public var diskMB: Int = 0
    /// MiB; 0 is unlimited.
    public var memoryMB: Int = 0
    /// 0 is unlimited.
    public var maxPIDs: Int = 0
    /// Percent of the cell's largest share.
    public var cpuWeight: UInt32 = 0
    public var privileged = false
    public var logSource = ""
    public var logGUID = ""
    public var metricsGUID = ""
    /// A file of the container whose content is the result of a task that succeeds; empty for none.
    public var resultFile = ""
    /// Where the outcome is sent; empty for nowhere.
    public var completionCallbackURL = ""
    public var annotation = ""
    public var volumeMounts: [VolumeMount] = []
    public var placementTags: [String] = []
    public var imageCredentials = ImageCredentials(username: "", password: "")
    public var metricTags: [String: MetricTagValue] = [:]
    public var unknownFields = UnknownFields()

    public init(rootFS: RootFS, action: Action?) {
        self.rootFS = rootFS
        self.action = action
    }
}

extension TaskDefinition {
    /// The rules of Diego's BBS, section 4.7, in its order.
    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.check(rootFS.scheme != nil, "rootfs")
        if let action {
            do { try action.validate() } catch let inner { error.nest(inner, in: "action") }
        } else {
            error.say("invalid action type")
        }
        error.check(memoryMB >= 0, "memory_mb")
        error.check(diskMB >= 0, "disk_mb")
        error.check(maxPIDs >= 0, "max_pids")
        error.check(annotation.utf8.count <= DesiredLRP.annotationLimit, "annotation")
        if imageCredentials.username.isEmpty != imageCredentials.password.isEmpty {
            error.invalid(imageCredentials.username.isEmpty ? "image_username" : "image_password")
        }
        try error.throwIfAny()
    }
}
