import MartletModels

/// What clients may desire; always the same few, so that their steps meet.
struct SimulatedApp: Hashable, Sendable, CustomStringConvertible {
    let name: String
    let isDocker: Bool
    let domain: DomainName

    static let steady = DomainName("steady")
    /// Its freshness comes and goes.
    static let tidal = DomainName("tidal")

    static let all = [
        SimulatedApp(name: "docker-a", isDocker: true, domain: steady),
        SimulatedApp(name: "docker-b", isDocker: true, domain: steady),
        SimulatedApp(name: "docker-t", isDocker: true, domain: tidal),
        SimulatedApp(name: "stack-a", isDocker: false, domain: steady),
        SimulatedApp(name: "stack-b", isDocker: false, domain: steady),
        SimulatedApp(name: "stack-t", isDocker: false, domain: tidal),
        SimulatedApp(name: "forgotten", isDocker: false, domain: tidal),
    ]
    /// Nobody desires the last one unless it turns up on cells.
    static let forgotten = all.count - 1

    static let memoryMB = 64
    static let diskMB = 128

    var description: String { name }
    var processGUID: ProcessGUID { ProcessGUID(name) }

    func key(_ index: Int) -> ActualLRPKey { ActualLRPKey(processGUID: processGUID, index: index, domain: domain) }

    var rootFS: RootFS { RootFS(isDocker ? "docker:///library/busybox" : "preloaded:stack") }

    func desired(instances: Int) -> DesiredLRP {
        var lrp = DesiredLRP(
            processGUID: processGUID,
            domain: domain,
            rootFS: rootFS,
            instances: instances,
            action: .run(RunAction(path: "/bin/app", arguments: [], user: "vcap"))
        )
        (lrp.memoryMB, lrp.diskMB) = (Self.memoryMB, Self.diskMB)
        lrp.metricTags = ["source_id": MetricTagValue(static: name)]
        lrp.metricsGUID = name
        return lrp
    }
}
