public import MartletModels

/// One row of the table of events, as the operator API tells it: what happened, in words and in names.
public struct EventRecord: Codable, Hashable, Sendable {
    /// From 1, without gaps in the table.
    public var number: Int64
    /// Nanoseconds since 1970.
    public var atNanoseconds: Int64
    /// For example `actual_lrp_crashed`; LRP events have the names of the BBS's streams.
    public var kind: String
    /// What it is about: an app or process guid, with `/` and an index for an instance; a task, a flag, a cell or a domain.
    public var subject: String
    /// One sentence without the subject.
    public var text: String
    public var processGUID: String?
    public var index: Int?
    public var instanceGUID: String?
    public var cellID: String?
    /// Who did it, where somebody did.
    public var by: String?

    private enum CodingKeys: String, CodingKey {
        case number, kind, subject, text, index, by
        case atNanoseconds = "at_nanoseconds"
        case processGUID = "process_guid"
        case instanceGUID = "instance_guid"
        case cellID = "cell_id"
    }

    /// - Parameter appName: of the app whose process it concerns, where there is one.
    public init(_ event: NumberedEvent, appName: String? = nil) {
        number = event.number
        atNanoseconds = event.at.nanoseconds
        kind = event.event.kind
        text = event.event.text
        let key = event.event.instance
        processGUID = (key?.processGUID ?? event.event.processGUID)?.rawValue
        index = key?.index
        let holder = event.event.holder
        instanceGUID = holder?.instanceGUID.rawValue
        cellID = (holder?.cellID ?? event.event.cell?.cellID ?? event.event.task?.cellID)?.rawValue
        let process = appName ?? event.event.appNameTag ?? processGUID
        switch event.event {
        case .lrp: subject = (process ?? "") + (index.map { "/\($0)" } ?? "")
        case .task(let event): subject = event.task.guid.rawValue
        case .featureFlagChanged(_, let after, let who):
            subject = after.name.rawValue
            by = who
        case .cellAppeared(let cell), .cellDisappeared(let cell): subject = cell.cellID.rawValue
        case .domainUpserted(let domain): subject = domain.name.rawValue
        case .brakeApplied: subject = "brake"
        case .brakeReleased(let who, _):
            subject = "brake"
            by = who
        }
    }
}

/// The body of `GET /martlet/v1/events`.
public struct EventPage: Codable, Hashable, Sendable {
    /// Oldest first.
    public var events: [EventRecord]
    /// Everything up to this number has been looked at; what comes later has higher ones.
    public var through: Int64
    /// Whether there was nothing after `through` yet.
    public var isComplete: Bool

    private enum CodingKeys: String, CodingKey {
        case events, through
        case isComplete = "is_complete"
    }

    public init(events: [EventRecord], through: Int64, isComplete: Bool) {
        (self.events, self.through, self.isComplete) = (events, through, isComplete)
    }
}
