/// A long-running process that should run, and how many instances of it.
///
/// Only `instances`, `routes`, `annotation` and `metricTags` may change; anything else is a new process guid.
public struct DesiredLRP: Hashable, Sendable {
    public var processGUID: ProcessGUID
    public var domain: DomainName
    public var rootFS: RootFS
    /// 0 or more.
    public var instances: Int
    /// Set for every process of the container.
    public var environment: [EnvironmentVariable] = []
    /// Runs to its end before `action` starts.
    public var setup: Action?
    /// Absent only in a message that validation refuses.
    public var action: Action?
    /// Old form of `checkDefinition`: run again and again. Ignored when there are checks.
    public var monitor: Action?
    public var checkDefinition: CheckDefinition?
    /// Milliseconds until the first passed check; 0 waits for ever.
    public var startTimeoutMilliseconds: Int64 = 0
    /// MiB; 0 is unlimited.
    public var diskMB: Int = 0
    /// MiB; 0 is unlimited.
    public var memoryMB: Int = 0
    /// 0 is unlimited.
    public var maxPIDs: Int = 0
    /// Percent of the cell's largest share.
    public var cpuWeight: UInt32 = 0
    public var privileged = false
    /// Ports of the container that get a port of the cell.
    public var ports: [UInt32] = []
    /// Router name to JSON text, as the routers define it.
    public var routes: [String: [UInt8]] = [:]
    public var logSource = ""
    public var logGUID = ""
    public var metricsGUID = ""
    public var annotation = ""
    public var placementTags: [String] = []
    public var metricTags: [String: MetricTagValue] = [:]
    public var volumeMounts: [VolumeMount] = []
    public var imageCredentials = ImageCredentials(username: "", password: "")
    public var modificationTag = ModificationTag(epoch: "")
    public var unknownFields = UnknownFields()

    public init(processGUID: ProcessGUID, domain: DomainName, rootFS: RootFS, instances: Int, action: Action?) {
        self.processGUID = processGUID
        self.domain = domain
        self.rootFS = rootFS
        self.instances = instances
        self.action = action
    }

    /// The instances that should exist.
    public var keys: [ActualLRPKey] {
        (0..<max(0, instances)).map { ActualLRPKey(processGUID: processGUID, index: $0, domain: domain) }
    }

    /// Whether `keys` has it, without making them.
    public func wants(_ key: ActualLRPKey) -> Bool {
        key.processGUID == processGUID && key.domain == domain && key.index >= 0 && key.index < instances
    }
}

/// What may change in a desired LRP; `nil` keeps what is there.
public struct DesiredLRPUpdate: Hashable, Sendable {
    public var instances: Int?
    public var routes: [String: [UInt8]]?
    public var annotation: String?
    public var metricTags: [String: MetricTagValue]?

    public init(
        instances: Int? = nil,
        routes: [String: [UInt8]]? = nil,
        annotation: String? = nil,
        metricTags: [String: MetricTagValue]? = nil
    ) {
        self.instances = instances
        self.routes = routes
        self.annotation = annotation
        self.metricTags = metricTags
    }
}

extension DesiredLRP {
    /// Every successful update counts as a modification, even one that changes no value.
    public mutating func apply(_ update: DesiredLRPUpdate) {
        instances = update.instances ?? instances
        routes = update.routes ?? routes
        annotation = update.annotation ?? annotation
        metricTags = update.metricTags ?? metricTags
        modificationTag.increment()
    }
}
