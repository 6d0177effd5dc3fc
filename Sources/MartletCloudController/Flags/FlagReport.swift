import MartletModels
import MartletStore

/// What stopped, and when, since `diego_docker` was turned off.
///
/// Its own numbers are those of instances; tasks have theirs in `tasks`.
public struct FlagReport: Codable, Hashable, Sendable {
    /// An instance that a cell held when the flag was turned off.
    public struct Instance: Codable, Hashable, Sendable {
        /// `nil` for one that was desired through the BBS.
        public var app: String?
        public var processGUID: String
        public var index: Int
        public var instanceGUID: String
        public var cellID: String
        /// From the change of the flag until its record went away; `nil` while it is there.
        public var goneAfterSeconds: Double?

        private enum CodingKeys: String, CodingKey {
            case app, index
            case processGUID = "process_guid"
            case instanceGUID = "instance_guid"
            case cellID = "cell_id"
            case goneAfterSeconds = "gone_after_seconds"
        }
    }

    /// The number of the event that turned it off; `nil` when that event has been deleted.
    public var event: Int64?
    /// RFC 3339.
    public var changedAt: String
    /// Empty when that event has been deleted.
    public var changedBy: String
    /// When the flag was set again; RFC 3339. What stopped later is not its doing, and counts as remaining.
    public var enabledAgainAt: String?
    /// The first event that is kept, when older ones since the change have been deleted: what stopped before it is not
    /// in the report. `nil` when all of it is there.
    public var isMissingBefore: Int64?
    /// By process guid, index and instance guid; or as many as were asked for, what remains first, then the slowest.
    public var instances: [Instance]
    /// On how many cells they were.
    public var cells: Int
    public var stopped: Int
    public var remaining: Int
    /// Of those that have stopped; `nil` when none has.
    public var p50Seconds: Double?
    public var p99Seconds: Double?
    public var maxSeconds: Double?
    public var tasks: Tasks

    private enum CodingKeys: String, CodingKey {
        case event, instances, cells, stopped, remaining, tasks
        case changedAt = "changed_at"
        case changedBy = "changed_by"
        case enabledAgainAt = "enabled_again_at"
        case isMissingBefore = "is_missing_before"
        case p50Seconds = "p50_seconds"
        case p99Seconds = "p99_seconds"
        case maxSeconds = "max_seconds"
    }
}

/// How long stops took.
struct StopTimes: Hashable, Sendable {
    /// Seconds, sorted.
    private let times: [Double]

    init(_ times: some Sequence<Double>) { self.times = times.sorted() }

    /// To the millisecond.
    static func seconds(from start: Timestamp, to end: Timestamp) -> Double {
        (start.duration(to: end) / .milliseconds(1)).rounded() / 1_000
    }

    var count: Int { times.count }
    var longest: Double? { times.last }

    /// The nearest rank; `nil` when there is none.
    func percentile(_ percent: Int) -> Double? {
        guard !times.isEmpty else { return nil }
        return times[max(0, (times.count * percent + 99) / 100 - 1)]
    }
}

extension FlagReport {
    /// - Parameters:
    ///   - limit: how many instances, and tasks, are told; `nil` for all.
    ///   - name: the name of the app of a process.
    init(
        _ change: FlagClearing,
        _ history: HolderHistory,
        _ taskHistory: TaskHistory,
        limit: Int?,
        name: (ProcessGUID) -> String?
    ) {
        let holders = history.holders(since: change.at)
        let times = StopTimes(holders.compactMap(\.goneAfterSeconds))
        event = change.event
        changedAt = TimeText.rfc3339(change.at)
        changedBy = change.by
        enabledAgainAt = change.enabledAgain.map { TimeText.rfc3339($0.at) }
        isMissingBefore = change.isMissingBefore
        instances = Self.told(holders, limit, \.goneAfterSeconds).map { Instance($0, app: name($0.key.processGUID)) }
        cells = Set(holders.map(\.instance.cellID)).count
        stopped = times.count
        remaining = holders.count - times.count
        p50Seconds = times.percentile(50)
        p99Seconds = times.percentile(99)
        maxSeconds = times.longest
        tasks = Tasks(taskHistory, since: change.at, limit: limit)
    }

    /// All of them; or so many, what remains first, then the slowest.
    static func told<Stop>(_ stops: [Stop], _ limit: Int?, _ time: (Stop) -> Double?) -> [Stop] {
        guard let limit else { return stops }
        return Array(stops.sorted { (time($0) ?? .infinity) > (time($1) ?? .infinity) }.prefix(limit))
    }
}

extension FlagReport.Instance {
    fileprivate init(_ holder: HolderHistory.Holder, app: String?) {
        self.app = app
        processGUID = holder.key.processGUID.rawValue
        index = holder.key.index
        instanceGUID = holder.instance.instanceGUID.rawValue
        cellID = holder.instance.cellID.rawValue
        goneAfterSeconds = holder.goneAfterSeconds
    }
}
