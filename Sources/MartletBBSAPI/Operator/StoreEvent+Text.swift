public import MartletModels

/// What an event is about, and what it says.
extension StoreEvent {
    var kind: String {
        switch self {
        case .lrp(let event): InstanceEvent(event).name
        case .task(let event): event.name
        case .featureFlagChanged: "feature_flag_changed"
        case .cellAppeared: "cell_appeared"
        case .cellDisappeared: "cell_disappeared"
        case .domainUpserted: "domain_upserted"
        case .brakeApplied: "brake_applied"
        case .brakeReleased: "brake_released"
        }
    }

    var text: String {
        switch self {
        case .lrp(let event): event.text
        case .task(let event): event.text
        case .featureFlagChanged(let before, let after, let by): Self.flagText(before, after) + " by \(by)"
        case .cellAppeared(let cell): "the cell is there" + (cell.zone.isEmpty ? "" : ", in zone \(cell.zone)")
        case .cellDisappeared: "the cell is gone"
        case .domainUpserted: "the domain is fresh"
        case .brakeApplied(let stops, let running):
            "on: a pass would stop \(stops) of \(running) running instances that nobody decided to stop"
        case .brakeReleased(let by, let instances): "released by \(by): \(instances) instances may stop"
        }
    }

    private static func flagText(_ before: FeatureFlag, _ after: FeatureFlag) -> String {
        guard before.enabled == after.enabled else { return after.enabled ? "enabled" : "disabled" }
        return "custom message changed"
    }

    var cell: CellPresence? {
        switch self {
        case .cellAppeared(let cell), .cellDisappeared(let cell): cell
        case .lrp, .task, .featureFlagChanged, .domainUpserted, .brakeApplied, .brakeReleased: nil
        }
    }

    var instance: ActualLRPKey? { records.first?.key }

    /// Who holds the instance after it, or before it.
    var holder: ActualLRPInstanceKey? { records.lazy.compactMap(\.instanceKey).first }

    /// What its metrics call the app; only LRPs that were made of an app have it.
    var appNameTag: String? {
        switch self {
        case .lrp(.desiredLRPCreated(let lrp)), .lrp(.desiredLRPChanged(_, let lrp)), .lrp(.desiredLRPRemoved(let lrp)):
            lrp.metricTags["app_name"].flatMap { $0.static.isEmpty ? nil : $0.static }
        default: records.lazy.compactMap { $0.metricTags["app_name"] }.first
        }
    }

    /// The actual LRP after and before it, as far as there is one.
    private var records: [ActualLRP] {
        guard case .lrp(let event) = self else { return [] }
        return switch event {
        case .desiredLRPCreated, .desiredLRPChanged, .desiredLRPRemoved: []
        case .actualLRPCreated(let lrp), .actualLRPRemoved(let lrp): [lrp]
        case .actualLRPChanged(let before, let after), .actualLRPCrashed(let before, let after): [after, before]
        }
    }
}

extension StoreEvent {
    /// The process that an LRP event concerns.
    public var processGUID: ProcessGUID? {
        guard case .lrp(let event) = self else { return nil }
        return switch event {
        case .desiredLRPCreated(let lrp), .desiredLRPRemoved(let lrp), .desiredLRPChanged(_, let lrp): lrp.processGUID
        case .actualLRPCreated(let lrp), .actualLRPRemoved(let lrp), .actualLRPChanged(_, let lrp),
            .actualLRPCrashed(_, let lrp):
            lrp.key.processGUID
        }
    }
}
