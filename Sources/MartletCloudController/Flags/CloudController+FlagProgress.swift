import MartletHTTP
import MartletModels
import MartletStore

/// What turning `diego_docker` off would do, what it does, and what it did.
extension CloudController {
    /// `?limit=N` tells only N apps by name.
    func planFlag(_ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        let limit = try Query(request, known: ["limit"]).integer("limit", in: 0...Int.max)
        let grace = configuration.stopGraceSeconds
        let (plan, stops) = try await answering { () throws(StoreError) in
            try await store.read { (snapshot) throws(StoreError) in
                let stops = try FlagStops(snapshot)
                return (try FlagPlan(snapshot, stops, limit: limit, stopGraceSeconds: grace), stops)
            }
        }
        await flagPlans.remember(stops)
        return try JSONBody.response(.ok, plan)
    }

    func showFlagProgress(_ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        _ = try Query(request, known: [])
        let progress = try await answering { () throws(StoreError) in
            try await store.read { (snapshot) throws(StoreError) in
                FlagProgress(
                    enabled: try snapshot.featureFlag(.diegoDocker).enabled,
                    running: try snapshot.dockerTotals().heldInstances,
                    tasks: try snapshot.runningDockerTaskCount()
                )
            }
        }
        return try JSONBody.response(.ok, progress)
    }

    /// `?limit=N` tells only the N instances and the N tasks that took longest; the counts are of all.
    func reportFlag(_ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        let query = try Query(request, known: ["since", "limit"])
        let since = try query.integer("since", in: 0...Int64.max)
        let limit = try query.integer("limit", in: 0...Int.max)
        let report = try await answering { () throws(StoreError) in
            try await store.read { (snapshot) throws(StoreError) in
                try Self.report(snapshot, since: since, limit: limit)
            }
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

    /// Events are read by pages, of one commit: what is held at a time is a page and the instances that stop.
    private static func report(
        _ snapshot: StoreSnapshot,
        since: Int64?,
        limit: Int?
    ) throws(StoreError) -> FlagReport? {
        guard let clearing = try FlagClearing(snapshot, since: since) else { return nil }
        let removed = try snapshot.removedDockerLRPs(after: clearing.position)
        var docker = removed
        try snapshot.forEachDockerLRP { docker.insert($0) }
        var history = HolderHistory(docker: docker, end: clearing.enabledAgain?.event)
        var position = clearing.position
        while true {
            let page = try snapshot.holderChanges(after: position, limit: pageSize)
            for change in page { history.note(change) }
            position = page.last?.number ?? position
            guard page.count == pageSize else { break }
        }
        for holder in try snapshot.heldDockerLRPs(others: removed) { history.noteNow(holder) }
        let names = AppNames(try snapshot.appNames())
        return FlagReport(clearing, history, try taskHistory(snapshot, since: clearing), limit: limit) { names[$0] }
    }

    private static func taskHistory(
        _ snapshot: StoreSnapshot,
        since clearing: FlagClearing
    ) throws(StoreError) -> TaskHistory {
        var history = TaskHistory(end: clearing.enabledAgain?.event)
        var position = clearing.position
        while true {
            let page = try snapshot.taskHolderChanges(after: position, limit: pageSize)
            for change in page { history.note(change) }
            position = page.last?.number ?? position
            guard page.count == pageSize else { break }
        }
        for holder in try snapshot.runningDockerTasks() { history.noteNow(holder) }
        return history
    }

    private static let pageSize = 2_000
}

/// Names of apps by their processes, whose guids are `guid-version`.
private struct AppNames {
    private let names: [String: String]

    init(_ names: [String: String]) { self.names = names }

    /// The longest guid counts: that of one app may be the beginning of another's.
    subscript(_ process: ProcessGUID) -> String? {
        var rest = process.rawValue[...]
        while let dash = rest.lastIndex(of: "-") {
            rest = rest[..<dash]
            if let name = names[String(rest)] { return name }
        }
        return nil
    }
}
