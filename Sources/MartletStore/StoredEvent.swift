import MartletBBSAPI
import MartletModels

/// An event as a row: its kind by name, the records before and after as bytes.
struct StoredEvent {
    let kind: String
    let before: [UInt8]?
    let after: [UInt8]?
    let by: String?

    init(kind: String, before: [UInt8]? = nil, after: [UInt8]? = nil, by: String? = nil) {
        self.kind = kind
        self.before = before
        self.after = after
        self.by = by
    }

    /// Kinds of LRP events have the names of the BBS's streams.
    init(_ event: StoreEvent) {
        switch event {
        case .lrp(let event): self.init(event)
        case .task(let event): self.init(event)
        case .featureFlagChanged(let before, let after, let by):
            self.init(
                kind: "feature_flag_changed",
                before: RecordCoding.bytes(before),
                after: RecordCoding.bytes(after),
                by: by
            )
        case .cellAppeared(let cell): self.init(kind: "cell_appeared", after: RecordCoding.bytes(cell))
        case .cellDisappeared(let cell): self.init(kind: "cell_disappeared", before: RecordCoding.bytes(cell))
        case .domainUpserted(let domain): self.init(kind: "domain_upserted", after: RecordCoding.bytes(domain))
        case .brakeApplied(let stops, let running):
            self.init(kind: "brake_applied", after: RecordCoding.bytes(counts: stops, running))
        case .brakeReleased(let by, let instances):
            self.init(kind: "brake_released", after: RecordCoding.bytes(counts: instances, 0), by: by)
        }
    }

    private init(_ event: LRPEvent) {
        switch event {
        case .desiredLRPCreated(let after): self.init(kind: "desired_lrp_created", after: RecordCoding.bytes(after))
        case .desiredLRPChanged(let before, let after):
            self.init(
                kind: "desired_lrp_changed",
                before: RecordCoding.bytes(before),
                after: RecordCoding.bytes(after)
            )
        case .desiredLRPRemoved(let before): self.init(kind: "desired_lrp_removed", before: RecordCoding.bytes(before))
        case .actualLRPCreated(let after):
            self.init(kind: "actual_lrp_instance_created", after: RecordCoding.bytes(after))
        case .actualLRPChanged(let before, let after):
            self.init(
                kind: "actual_lrp_instance_changed",
                before: RecordCoding.bytes(before),
                after: RecordCoding.bytes(after)
            )
        case .actualLRPRemoved(let before):
            self.init(kind: "actual_lrp_instance_removed", before: RecordCoding.bytes(before))
        case .actualLRPCrashed(let before, let after):
            self.init(
                kind: "actual_lrp_crashed",
                before: RecordCoding.bytes(before),
                after: RecordCoding.bytes(after)
            )
        }
    }

    private init(_ event: TaskEvent) {
        switch event {
        case .taskCreated(let after): self.init(kind: event.name, after: RecordCoding.bytes(after))
        case .taskChanged(let before, let after):
            self.init(kind: event.name, before: RecordCoding.bytes(before), after: RecordCoding.bytes(after))
        case .taskRemoved(let before): self.init(kind: event.name, before: RecordCoding.bytes(before))
        }
    }

    func decoded() throws(StoreError) -> StoreEvent {
        switch kind {
        case "feature_flag_changed":
            .featureFlagChanged(
                before: try RecordCoding.featureFlag(try record(before)),
                after: try RecordCoding.featureFlag(try record(after)),
                by: by ?? ""
            )
        case "cell_appeared": .cellAppeared(try RecordCoding.cellPresence(try record(after)))
        case "cell_disappeared": .cellDisappeared(try RecordCoding.cellPresence(try record(before)))
        case "domain_upserted": .domainUpserted(try RecordCoding.domain(try record(after)))
        case "task_created": .task(.taskCreated(try RecordCoding.task(try record(after))))
        case "task_changed":
            .task(
                .taskChanged(
                    before: try RecordCoding.task(try record(before)),
                    after: try RecordCoding.task(try record(after))
                )
            )
        case "task_removed": .task(.taskRemoved(try RecordCoding.task(try record(before))))
        case "brake_applied": try decodedBrake()
        case "brake_released":
            .brakeReleased(by: by ?? "", instances: try RecordCoding.counts(try record(after)).first)
        default: .lrp(try decodedLRPEvent())
        }
    }

    private func decodedBrake() throws(StoreError) -> StoreEvent {
        let (stops, running) = try RecordCoding.counts(try record(after))
        return .brakeApplied(stops: stops, running: running)
    }

    private func decodedLRPEvent() throws(StoreError) -> LRPEvent {
        switch kind {
        case "desired_lrp_created": .desiredLRPCreated(try RecordCoding.desiredLRP(try record(after)))
        case "desired_lrp_changed":
            .desiredLRPChanged(
                before: try RecordCoding.desiredLRP(try record(before)),
                after: try RecordCoding.desiredLRP(try record(after))
            )
        case "desired_lrp_removed": .desiredLRPRemoved(try RecordCoding.desiredLRP(try record(before)))
        case "actual_lrp_instance_created": .actualLRPCreated(try RecordCoding.actualLRP(try record(after)))
        case "actual_lrp_instance_changed":
            .actualLRPChanged(
                before: try RecordCoding.actualLRP(try record(before)),
                after: try RecordCoding.actualLRP(try record(after))
            )
        case "actual_lrp_instance_removed": .actualLRPRemoved(try RecordCoding.actualLRP(try record(before)))
        case "actual_lrp_crashed":
            .actualLRPCrashed(
                before: try RecordCoding.actualLRP(try record(before)),
                after: try RecordCoding.actualLRP(try record(after))
            )
        default: throw .damaged("event of unknown kind \(kind)")
        }
    }

    private func record(_ bytes: [UInt8]?) throws(StoreError) -> [UInt8] {
        guard let bytes else { throw .damaged("event \(kind) lacks a record") }
        return bytes
    }
}
