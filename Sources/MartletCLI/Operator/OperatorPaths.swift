import MartletHTTP

/// Paths of the operator API that the commands use.
enum OperatorPaths {
    static let apps = "/martlet/v1/apps"
    static let flags = "/v3/feature_flags"
    static let flagProgress = docker + "/progress"
    private static let docker = "/martlet/v1/feature_flags/diego_docker"

    static let events = "/martlet/v1/events"
    static let eventStream = events + "/stream"

    static func events(last: Int, cell: String?) -> String { events + "?" + eventQuery("last=\(last)", cell) }
    static func events(after number: Int64, cell: String?) -> String {
        events + "?" + eventQuery("after=\(number)", cell)
    }
    static func eventQuery(_ part: String?, _ cell: String?) -> String {
        [part, cell.map { "cell=" + percentEncoded($0) }].compactMap { $0 }.joined(separator: "&")
    }

    private static let convergence = "/martlet/v1/convergence"
    static let cycleStream = convergence + "/stream"
    static let cycleRun = convergence + "/run"
    static let brakeRelease = convergence + "/release"
    static func cycles(last: Int) -> String { convergence + "?last=\(last)" }
    static func cycle(_ number: Int64) -> String { convergence + "/\(number)" }
    /// - Parameter limit: how many items are told; `nil` for all.
    static func cyclePlan(limit: Int?) -> String { convergence + "/plan" + query([("limit", limit.map(Int64.init))]) }

    static func app(_ name: String) -> String { apps + "/" + percentEncoded(name) }
    static func flag(_ name: String) -> String { flags + "/" + percentEncoded(name) }
    /// - Parameter limit: how many apps are told by name; `nil` for all.
    static func flagPlan(limit: Int?) -> String { docker + "/plan" + query([("limit", limit.map(Int64.init))]) }
    /// What stopped since the flag was turned off for the first time after the event; without one, for the last time.
    ///
    /// - Parameter limit: how many instances are told, those that took longest; `nil` for all.
    static func flagReport(since event: Int64?, limit: Int?) -> String {
        docker + "/report" + query([("since", event), ("limit", limit.map(Int64.init))])
    }
    private static func query(_ parameters: [(name: String, value: Int64?)]) -> String {
        let parts = parameters.compactMap { parameter in parameter.value.map { "\(parameter.name)=\($0)" } }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }
    /// - Parameter subject: an app, a process guid, or one with `/` and an index.
    static func why(_ subject: String) -> String {
        let parts = subject.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        return "/martlet/v1/why/" + parts.map { percentEncoded($0) }.joined(separator: "/")
    }
}
