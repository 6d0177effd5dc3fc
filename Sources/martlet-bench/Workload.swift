import MartletModels

/// What is desired: like apps of the Cloud Controller, with names as long as theirs.
enum Workload {
    static let instancesPerProcess = 4
    static let memoryMB = 64
    static let diskMB = 256
    static let domain = DomainName("cf-apps")
    private static let rootFS = RootFS("docker://registry.example/apps/web#1.0")

    static func desired(_ number: Int, instances: Int) -> DesiredLRP {
        var lrp = DesiredLRP(
            processGUID: ProcessGUID(guid(number) + "-" + guid(number &+ 7)),
            domain: domain,
            rootFS: rootFS,
            instances: instances,
            action: .run(RunAction(path: "/bin/server", arguments: ["--port", "8080"], user: "root"))
        )
        (lrp.memoryMB, lrp.diskMB) = (memoryMB, diskMB)
        lrp.metricsGUID = guid(number)
        lrp.metricTags = ["source_id": MetricTagValue(static: guid(number))]
        return lrp
    }

    static func cellLRP(_ key: ActualLRPKey, _ instance: InstanceGUID) -> CellLRP {
        CellLRP(
            key: key,
            instanceGUID: instance,
            state: .running,
            memoryMB: memoryMB,
            diskMB: diskMB,
            maxPIDs: 0,
            rootFS: rootFS
        )
    }

    /// What an instance reports that runs as desired.
    static func metricTags(_ process: ProcessGUID) -> [String: String] {
        ["source_id": String(process.rawValue.prefix(36))]
    }

    /// As long as a UUID, and in no order.
    static func guid(_ number: Int) -> String {
        let mixed = UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15
        let digits = String(mixed, radix: 16)
        let padded = String(repeating: "0", count: 16 - digits.count) + digits
        return "\(padded.prefix(8))-\(padded.suffix(4))-4000-8000-\(padded.prefix(12))"
    }
}
