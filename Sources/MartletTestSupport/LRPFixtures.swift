public import MartletModels

extension DesiredLRP {
    /// A valid desired LRP in the domain `apps`; a Docker one unless told otherwise.
    public static func fixture(
        _ processGUID: String,
        instances: Int = 1,
        rootFS: String = "docker:///library/busybox",
        domain: String = "apps",
        memoryMB: Int = 64,
        diskMB: Int = 128,
        placementTags: [String] = []
    ) -> DesiredLRP {
        var lrp = DesiredLRP(
            processGUID: ProcessGUID(processGUID),
            domain: DomainName(domain),
            rootFS: RootFS(rootFS),
            instances: instances,
            action: .run(RunAction(path: "/bin/sleep", arguments: ["1000"], user: "root"))
        )
        (lrp.memoryMB, lrp.diskMB, lrp.placementTags) = (memoryMB, diskMB, placementTags)
        lrp.metricTags = ["source_id": MetricTagValue(static: processGUID)]
        lrp.metricsGUID = processGUID
        lrp.modificationTag = ModificationTag(epoch: "epoch")
        return lrp
    }
}

extension ActualLRPKey {
    public static func fixture(_ processGUID: String, _ index: Int = 0, domain: String = "apps") -> ActualLRPKey {
        ActualLRPKey(processGUID: ProcessGUID(processGUID), index: index, domain: DomainName(domain))
    }
}

extension ActualLRPInstanceKey {
    public static func fixture(_ instance: String, on cell: String) -> ActualLRPInstanceKey {
        ActualLRPInstanceKey(instanceGUID: InstanceGUID(instance), cellID: CellID(cell))
    }
}

extension ActualLRP {
    /// A record in any state and presence, as if stored.
    public static func fixture(
        _ key: ActualLRPKey,
        _ state: State = .unclaimed,
        presence: Presence = .ordinary,
        since: Timestamp = .epoch,
        crashCount: Int = 0,
        placementError: String = ""
    ) -> ActualLRP {
        ActualLRP(
            restoring: key,
            presence: presence,
            state: state,
            since: since,
            crashCount: crashCount,
            crashReason: crashCount > 0 ? "exited with status 1" : "",
            placementError: placementError,
            modificationTag: ModificationTag(epoch: "epoch"),
            internalRoutes: [],
            metricTags: [:],
            routable: false,
            availabilityZone: ""
        )
    }
}

extension ActualLRP.State {
    /// Running under a made-up address; the instance guid is the cell's name with a suffix.
    public static func running(on cell: String, instance: String? = nil) -> Self {
        .running(.fixture(instance ?? "on-\(cell)", on: cell), ActualLRPNetInfo(address: "192.0.2.1"))
    }

    public static func claimed(on cell: String, instance: String? = nil) -> Self {
        .claimed(.fixture(instance ?? "on-\(cell)", on: cell))
    }
}
