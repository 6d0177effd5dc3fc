public import MartletModels

/// Everything that is known of one instance: its up to three records, and what the store notes beside them.
public struct InstanceRecords: Hashable, Sendable {
    /// Which instance; all of its records have this id.
    public let id: InstanceID
    /// Ordinary, evacuating, suspect, as far as they exist.
    public private(set) var all: [ActualLRP] = []
    /// Whether `diego_docker` governs it, as of when it was last desired; `nil` when a cell runs it and nobody ever
    /// desired it here, so that its root file system is not known.
    public var isDocker: Bool?
    /// The event that decided that it stops: the removal of its desired LRP, or an update to fewer instances. `nil`
    /// while it is wanted, and when nobody decided it.
    public var stopDecision: Int64?
    /// Whether the cell that runs it may not know the newest routes and metric tags.
    public var isOutdated: Bool
    /// What is wrong with a record of it that the store cannot read; `nil` when all of them can be read. Nothing is
    /// decided about an instance of which not all is known.
    public var damage: String?

    /// - Parameter records: of this instance, at most one of each presence.
    public init(
        _ id: InstanceID,
        records: [ActualLRP] = [],
        isDocker: Bool? = nil,
        stopDecision: Int64? = nil,
        isOutdated: Bool = false,
        damage: String? = nil
    ) {
        self.id = id
        self.isDocker = isDocker
        self.stopDecision = stopDecision
        self.isOutdated = isOutdated
        self.damage = damage
        for record in records { add(record) }
    }

    /// The record that counts; `nil` when it is missing, damaged, or there is only another one.
    public var ordinary: ActualLRP? { record(.ordinary) }
    /// What still runs on a cell that is being emptied.
    public var evacuating: ActualLRP? { record(.evacuating) }
    /// What may still run on a cell that is lost.
    public var suspect: ActualLRP? { record(.suspect) }

    /// Takes the place of a record of the same presence.
    public mutating func add(_ record: ActualLRP) {
        all.removeAll { $0.presence == record.presence }
        let position = all.firstIndex { $0.presence.rawValue > record.presence.rawValue } ?? all.endIndex
        all.insert(record, at: position)
    }

    /// `nil` without a damaged record. The domain of one that is not desired is not known, and empty.
    func damagedKey(desired: DesiredLRPSummary?) -> ActualLRPKey? {
        guard damage != nil else { return nil }
        let domain = desired?.domain ?? DomainName("")
        return ActualLRPKey(processGUID: id.processGUID, index: id.index, domain: domain)
    }

    /// `nil` when there is none of that presence.
    public func record(_ presence: ActualLRP.Presence) -> ActualLRP? { all.first { $0.presence == presence } }
}
