import MartletHTTP

/// Paths of the operator API that the commands use.
enum OperatorPaths {
    static let apps = "/martlet/v1/apps"
    static let flags = "/v3/feature_flags"
    static let flagPlan = "/martlet/v1/feature_flags/diego_docker/plan"

    static func app(_ name: String) -> String { apps + "/" + percentEncoded(name) }
    static func flag(_ name: String) -> String { flags + "/" + percentEncoded(name) }
    /// What stopped since the flag was turned off for the first time after the event.
    static func flagReport(since event: Int64) -> String {
        "/martlet/v1/feature_flags/diego_docker/report?since=\(event)"
    }
    /// - Parameter subject: an app, a process guid, or one with `/` and an index.
    static func why(_ subject: String) -> String {
        let parts = subject.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        return "/martlet/v1/why/" + parts.map { percentEncoded($0) }.joined(separator: "/")
    }
}
