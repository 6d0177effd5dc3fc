/// The record of one convergence pass, as the operator API tells it.
struct CycleReport: Codable, Hashable, Sendable {
    struct Seen: Codable, Hashable, Sendable {
        /// Instances looked at, by where they were found.
        var instances: [String: Int]
        /// Instances and tasks that were left alone; `nil` in records of earlier versions.
        var setAside: Int?
        var liveCells: Int
        var freshDomains: [String]
        var lastEvent: Int64

        private enum CodingKeys: String, CodingKey {
            case instances
            case setAside = "set_aside"
            case liveCells = "live_cells"
            case freshDomains = "fresh_domains"
            case lastEvent = "last_event"
        }
    }

    struct Done: Codable, Hashable, Sendable {
        /// Records changed.
        var applied: Int
        var stopsRequested: Int
        /// To stop, and told so lately.
        var stopping: Int
        var auctionsRequested: Int
        var failures: [String]

        private enum CodingKeys: String, CodingKey {
            case applied, stopping, failures
            case stopsRequested = "stops_requested"
            case auctionsRequested = "auctions_requested"
        }
    }

    /// Nanoseconds.
    struct Durations: Codable, Hashable, Sendable {
        var read: Int64
        var plan: Int64
        var apply: Int64
        var total: Int64
    }

    var number: Int64
    var triggers: [String]
    var startedAtNanoseconds: Int64
    var seen: Seen
    /// How many items of each kind.
    var decided: [String: Int]
    /// In words; the server keeps the first of many.
    var items: [String]
    var done: Done
    var braked: String?
    /// What it was the first to leave alone, with the reason; `nil` in records of earlier versions.
    var faults: [String]?
    /// What the safety net found although an event should have led to it.
    var missedByEvents: [String]
    /// How many that were; `nil` in records of older servers, which told all.
    var missedCount: Int?
    var durations: Durations

    private enum CodingKeys: String, CodingKey {
        case number, triggers, seen, decided, items, done, braked, faults, durations
        case startedAtNanoseconds = "started_at_nanoseconds"
        case missedByEvents = "missed_by_events"
        case missedCount = "missed_count"
    }
}

extension CycleReport {
    /// For example `create 2, retire 30`; `nothing` when nothing was out of place.
    var decidedText: String { Self.text(of: decided, none: "nothing") }

    var missedTotal: Int { missedCount ?? missedByEvents.count }

    /// Items that were dealt with. An auction that is only asked for again changes no record.
    var itemsDone: Int { done.applied + done.stopsRequested + min(decided["auction"] ?? 0, done.auctionsRequested) }

    /// The largest number first.
    static func text(of counts: [String: Int], none: String) -> String {
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return sorted.isEmpty ? none : sorted.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}

/// The body of `GET /martlet/v1/convergence`.
struct CyclePage: Decodable {
    /// Oldest first; of passes that found something.
    var cycles: [CycleReport]
    /// Whether or not it found something; `nil` before the first.
    var lastPass: CycleReport?

    private enum CodingKeys: String, CodingKey {
        case cycles
        case lastPass = "last_pass"
    }
}

/// The body of `GET /martlet/v1/convergence/plan`: what a pass would do now.
struct CyclePreview: Codable {
    /// How many items of each kind.
    var decided: [String: Int]
    /// In words, as many as were asked for.
    var items: [String]
    /// Why stops would be held back.
    var braked: String?
    /// Stops that would be held back, as many as were asked for.
    var withheld: [String]
}

/// The answer to `POST /martlet/v1/convergence/release`.
struct BrakeReleased: Codable {
    /// Instances that stop now.
    var released: Int
}
