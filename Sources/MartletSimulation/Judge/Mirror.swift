import MartletModels

/// Which record: at most one of each presence exists for a process guid and index.
struct RecordID: Hashable, Comparable, Sendable, CustomStringConvertible {
    var processGUID: ProcessGUID
    var index: Int
    var presence: ActualLRP.Presence

    init(_ key: ActualLRPKey, _ presence: ActualLRP.Presence) {
        (processGUID, index, self.presence) = (key.processGUID, key.index, presence)
    }

    init(_ lrp: ActualLRP) { self.init(lrp.key, lrp.presence) }

    static func < (left: Self, right: Self) -> Bool {
        (left.processGUID, left.index, left.presence.rawValue) < (
            right.processGUID, right.index, right.presence.rawValue
        )
    }

    var description: String { "\(processGUID)/\(index)\(presence == .ordinary ? "" : " (\(presence))")" }
}

/// The store as its events tell it.
struct Mirror: Sendable {
    private(set) var desired: [ProcessGUID: DesiredLRP] = [:]
    private(set) var actual: [RecordID: ActualLRP] = [:]
    private(set) var tasks: [TaskGUID: MartletTask] = [:]
    private(set) var cells: Set<CellID> = []
    private(set) var domains: [DomainName: Timestamp] = [:]
    private(set) var isDockerOn = false
    private(set) var flagText: String?
    private(set) var lastNumber: Int64 = 0
    /// Records that a newer one has taken the place of, until their removal is told.
    private var displaced: [RecordID: ActualLRP] = [:]

    func record(_ key: ActualLRPKey, _ presence: ActualLRP.Presence = .ordinary) -> ActualLRP? {
        actual[RecordID(key, presence)]
    }

    func isDocker(_ guid: ProcessGUID) -> Bool { desired[guid]?.rootFS.isDocker ?? false }
    func isAdmitted(_ guid: ProcessGUID) -> Bool { isDockerOn || !isDocker(guid) }

    func wants(_ guid: ProcessGUID, _ index: Int) -> Bool {
        desired[guid].map { index < $0.instances } ?? false
    }

    /// Whether some event of the commit is still to come.
    var isTorn: Bool { !displaced.isEmpty }

    /// - Returns: what does not fit to what was told before; `nil` when all does.
    mutating func apply(_ numbered: NumberedEvent) -> String? {
        let expected = lastNumber + 1
        lastNumber = numbered.number
        guard numbered.number == expected else { return "event \(numbered.number) follows \(expected - 1)" }
        switch numbered.event {
        case .lrp(let event): return apply(event)
        case .featureFlagChanged(let before, let after, _):
            guard after.name == .diegoDocker else { return nil }
            defer { (isDockerOn, flagText) = (after.enabled, after.customErrorMessage) }
            return before.enabled == isDockerOn ? nil : "the flag was \(isDockerOn), not \(before.enabled)"
        case .cellAppeared(let cell):
            cells.insert(cell.cellID)
            return nil
        case .cellDisappeared(let cell):
            return cells.remove(cell.cellID) == nil ? "\(cell.cellID) disappears, but was not there" : nil
        case .domainUpserted(let domain):
            domains[domain.name] = domain.expiresAt
            return nil
        case .task(let event): return apply(event)
        case .brakeApplied, .brakeReleased: return nil
        }
    }

    private mutating func apply(_ event: TaskEvent) -> String? {
        switch event {
        case .taskCreated(let task):
            return tasks.updateValue(task, forKey: task.guid) == nil ? nil : "\(task.guid) twice"
        case .taskChanged(let before, let after):
            let known = tasks.updateValue(after, forKey: after.guid)
            return known == before ? nil : "\(before.guid) was not as told before"
        case .taskRemoved(let before):
            return tasks.removeValue(forKey: before.guid) == before ? nil : "\(before.guid) was not as told before"
        }
    }

    private mutating func apply(_ event: LRPEvent) -> String? {
        switch event {
        case .desiredLRPCreated(let after):
            return desired.updateValue(after, forKey: after.processGUID) == nil ? nil : "\(after.processGUID) twice"
        case .desiredLRPChanged(let before, let after):
            let known = desired.updateValue(after, forKey: after.processGUID)
            return known == before ? nil : "\(before.processGUID) was not as told before"
        case .desiredLRPRemoved(let before):
            return desired.removeValue(forKey: before.processGUID) == before
                ? nil : "\(before.processGUID) was not as told before"
        case .actualLRPCreated(let after):
            if let known = actual.updateValue(after, forKey: RecordID(after)) { displaced[RecordID(after)] = known }
            return nil
        case .actualLRPChanged(let before, let after): return change(before, after)
        case .actualLRPRemoved(let before): return remove(before)
        case .actualLRPCrashed(let before, _):
            return actual[RecordID(before)] == before ? nil : "\(RecordID(before)) crashed, but was not as told before"
        }
    }

    private mutating func change(_ before: ActualLRP, _ after: ActualLRP) -> String? {
        guard actual[RecordID(before)] == before else { return "\(RecordID(before)) was not as told before" }
        actual[RecordID(before)] = nil
        if let known = actual.updateValue(after, forKey: RecordID(after)) { displaced[RecordID(after)] = known }
        return nil
    }

    private mutating func remove(_ before: ActualLRP) -> String? {
        let id = RecordID(before)
        if displaced[id] == before {
            displaced[id] = nil
            return nil
        }
        guard actual[id] == before else { return "\(id) is removed, but was not as told before" }
        actual[id] = nil
        return nil
    }
}
