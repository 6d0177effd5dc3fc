import MartletModels

/// Records in every state, made at second 0 of the epoch's first hour.
enum Samples {
    static let key = ActualLRPKey(processGUID: ProcessGUID("app"), index: 2, domain: DomainName("cf-apps"))
    static let mine = ActualLRPInstanceKey(instanceGUID: InstanceGUID("i1"), cellID: CellID("c1"))
    static let other = ActualLRPInstanceKey(instanceGUID: InstanceGUID("i2"), cellID: CellID("c2"))
    static let netInfo = ActualLRPNetInfo(
        address: "10.0.0.1",
        ports: [PortMapping(containerPort: 8080, hostPort: 61_000)],
        instanceAddress: "10.254.0.2"
    )
    static let born = Timestamp(nanoseconds: 1_000_000_000_000)
    static let now = born + .seconds(60)

    /// A record with something in every field that a transition might touch.
    static func lrp(_ state: ActualLRP.State, since: Timestamp = born, crashes: Int = 1) -> ActualLRP {
        ActualLRP(
            restoring: key,
            presence: .ordinary,
            state: state,
            since: since,
            crashCount: crashes,
            crashReason: "earlier crash",
            placementError: "earlier refusal",
            modificationTag: ModificationTag(epoch: "e", index: 7),
            internalRoutes: ["a.internal"],
            metricTags: ["k": "v"],
            routable: true,
            availabilityZone: "z1"
        )
    }

    static func changed(
        _ lrp: ActualLRP,
        _ state: ActualLRP.State,
        crashes: Int? = nil,
        crashReason: String? = nil,
        placementError: String? = nil
    ) -> ActualLRP {
        ActualLRP(
            restoring: lrp.key,
            presence: lrp.presence,
            state: state,
            since: now,
            crashCount: crashes ?? lrp.crashCount,
            crashReason: crashReason ?? lrp.crashReason,
            placementError: placementError ?? lrp.placementError,
            modificationTag: ModificationTag(epoch: "e", index: 8),
            internalRoutes: lrp.internalRoutes,
            metricTags: lrp.metricTags,
            routable: lrp.routable,
            availabilityZone: lrp.availabilityZone
        )
    }

    static func desired() -> DesiredLRP {
        var lrp = DesiredLRP(
            processGUID: ProcessGUID("app-1"),
            domain: DomainName("cf-apps"),
            rootFS: RootFS("docker:///library/busybox"),
            instances: 1,
            action: .run(RunAction(path: "/bin/sh", user: "root"))
        )
        lrp.metricTags = ["source_id": MetricTagValue(static: "app")]
        return lrp
    }
}
