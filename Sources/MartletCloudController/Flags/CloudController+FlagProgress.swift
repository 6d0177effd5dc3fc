import MartletHTTP
import MartletModels
import MartletStore

/// What turning `diego_docker` off would do, and what it did.
extension CloudController {
    func planFlag(_ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        _ = try Query(request, known: [])
        let grace = configuration.stopGraceSeconds
        let plan = try await answering { () throws(StoreError) in
            try await store.read { (snapshot) throws(StoreError) in
                FlagPlan(
                    enabled: try snapshot.featureFlag(.diegoDocker).enabled,
                    desired: try snapshot.schedulingInfos(),
                    actual: try snapshot.actualLRPs(),
                    apps: try snapshot.apps(),
                    stopGraceSeconds: grace,
                    lastEvent: try snapshot.lastEventNumber()
                )
            }
        }
        return try JSONBody.response(.ok, plan)
    }

    func reportFlag(_ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        let query = try Query(request, known: ["since"])
        let since = try query.integer("since", in: 0...Int64.max)
        let report = try await answering { () throws(StoreError) in
            try await store.read { (snapshot) throws(StoreError) in try Self.report(snapshot, since: since) }
        }
        guard let report else {
            throw APIError(
                .notFound,
                10_010,
                "ResourceNotFound",
                ["diego_docker has not been turned off\(since.map { " since event \($0)" } ?? ""); nothing to report."]
            )
        }
        return try JSONBody.response(.ok, report)
    }

    /// - Parameter since: the first time it was turned off after this event counts; without, the last time.
    private static func report(_ snapshot: StoreSnapshot, since: Int64?) throws(StoreError) -> FlagReport? {
        let changes = try snapshot.featureFlagEvents(.diegoDocker, after: since ?? 0).filter { event in
            guard case .featureFlagChanged(let before, let after, _) = event.event else { return false }
            return before.enabled && !after.enabled
        }
        guard let change = since == nil ? changes.last : changes.first else { return nil }
        var later: [NumberedEvent] = []
        while true {
            let page = try snapshot.events(after: later.last?.number ?? change.number, limit: 10_000)
            later += page
            guard page.count == 10_000 else { break }
        }
        return FlagReport(
            change: change,
            later: later,
            desired: try snapshot.schedulingInfos(),
            actual: try snapshot.actualLRPs()
        )
    }
}
