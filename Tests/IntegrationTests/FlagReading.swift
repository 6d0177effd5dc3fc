import MartletTestSupport

/// The preview of `feature-flags disable diego_docker --plan --json`.
struct StopPlan: Decodable, Equatable {
    var instances: Int
    var expectedSeconds: Int
}

/// The closing report of `feature-flags disable diego_docker --json`.
struct StopReport: Decodable {
    struct Instance: Decodable {
        var processGuid: String
        var instanceGuid: String
        var goneAfterSeconds: Double?
    }

    var stopped: Int
    var remaining: Int
    var maxSeconds: Double?
    var instances: [Instance]
}

/// What one agent wrote to journald.
struct AgentJournal {
    private let entries: [[String: String]]

    init(_ journal: RealJournal, pid: Int32) async throws {
        entries = try await journal.entries(matching: "_PID=\(pid)")
    }

    /// When the last entry with this field, whose text begins so, was written: seconds since 1970.
    func time(of text: String, _ field: String, _ value: String) -> Double? {
        let entry = entries.last { $0[field] == value && $0["MESSAGE"]?.hasPrefix(text) == true }
        let stamp = entry.flatMap { $0["_SOURCE_REALTIME_TIMESTAMP"] ?? $0["__REALTIME_TIMESTAMP"] }
        return stamp.flatMap { Double($0) }.map { $0 / 1_000_000 }
    }
}
