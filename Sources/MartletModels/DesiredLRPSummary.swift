/// The part of a desired LRP that decides whether its instances are in place; small enough to read a great many.
public struct DesiredLRPSummary: Hashable, Sendable {
    public var processGUID: ProcessGUID
    public var domain: DomainName
    /// 0 or more.
    public var instances: Int
    /// Whether `diego_docker` governs its root file system.
    public var isDocker: Bool

    public init(processGUID: ProcessGUID, domain: DomainName, instances: Int, isDocker: Bool) {
        self.processGUID = processGUID
        self.domain = domain
        self.instances = instances
        self.isDocker = isDocker
    }

    public func wants(_ id: InstanceID) -> Bool {
        id.processGUID == processGUID && (0..<max(0, instances)).contains(id.index)
    }

    public func key(_ index: Int) -> ActualLRPKey {
        ActualLRPKey(processGUID: processGUID, index: index, domain: domain)
    }
}

extension DesiredLRP {
    public var summary: DesiredLRPSummary {
        DesiredLRPSummary(
            processGUID: processGUID,
            domain: domain,
            instances: instances,
            isDocker: rootFS.isDocker
        )
    }
}
