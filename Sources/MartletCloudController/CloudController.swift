public import MartletHTTP
public import MartletLog
public import MartletModels
public import MartletStore

/// The API of developers and operators: apps from images, and the flag that governs them.
///
/// It shares the board's store, so an app and its desired LRP change in one transaction and need no sync. Whoever has
/// to act on a change hears of it from the store's events.
public struct CloudController: Sendable {
    public struct Configuration: Sendable {
        /// How clients reach this API, without a slash at the end.
        public var apiURL: String
        /// Seconds that a cell gives an instance between the polite signal and the hard one.
        public var stopGraceSeconds: Int
        public var now: @Sendable () -> Timestamp
        public var makeUUID: @Sendable () -> String

        public init(
            apiURL: String,
            stopGraceSeconds: Int = 10,
            now: @escaping @Sendable () -> Timestamp,
            makeUUID: @escaping @Sendable () -> String = { RandomUUID.make() }
        ) {
            self.apiURL = apiURL
            self.stopGraceSeconds = stopGraceSeconds
            self.now = now
            self.makeUUID = makeUUID
        }
    }

    let store: Store
    let images: any ImageResolver
    let follower: any InstanceFollower
    let configuration: Configuration
    let log: Log
    let flagPlans = FlagPlanMemory()

    public init(
        store: Store,
        images: any ImageResolver,
        follower: any InstanceFollower,
        configuration: Configuration,
        log: Log
    ) {
        self.store = store
        self.images = images
        self.follower = follower
        self.configuration = configuration
        self.log = log
    }

    /// Every route of the API. Tests walk this table; nothing else registers a route.
    public var routes: [Route] {
        [
            route(.get, "/v3/feature_flags", listFeatureFlags),
            route(.get, "/v3/feature_flags/{name}", getFeatureFlag),
            route(.patch, "/v3/feature_flags/{name}", patchFeatureFlag),
            route(.get, "/martlet/v1/feature_flags/diego_docker/plan", planFlag),
            route(.get, "/martlet/v1/feature_flags/diego_docker/progress", showFlagProgress),
            route(.get, "/martlet/v1/feature_flags/diego_docker/report", reportFlag),
            route(.post, "/martlet/v1/apps", push),
            route(.get, "/martlet/v1/apps", listApps),
            route(.get, "/martlet/v1/apps/{name}", getApp),
            route(.patch, "/martlet/v1/apps/{name}", scaleApp),
            route(.delete, "/martlet/v1/apps/{name}", deleteApp),
        ]
    }

    /// Answers what no route answers, in the form that clients understand.
    public static func unknownRequest(_: HTTPRequest) async -> HTTPResponse {
        response(APIError(.notFound, 10_000, "NotFound", ["Unknown request"]))
    }

    private func route(
        _ method: HTTPMethod,
        _ pattern: String,
        _ handler: @escaping @Sendable (HTTPRequest) async throws(APIError) -> HTTPResponse
    ) -> Route {
        Route(method, pattern) { request in
            do throws(APIError) { return try await handler(request) } catch { return Self.response(error) }
        }
    }

    private static func response(_ error: APIError) -> HTTPResponse {
        let headers: HTTPHeaders = ["Content-Type": "application/json; charset=utf-8"]
        let body = try? JSONBody.bytes(ErrorBody(error))
        return HTTPResponse(error.status, headers: headers, body: .bytes(body ?? []))
    }

    /// Converts the store's errors, and logs those that somebody has to look at.
    func answering<R>(_ body: () async throws(StoreError) -> R) async throws(APIError) -> R {
        do throws(StoreError) { return try await body() } catch {
            if error.needsOperator { log(.error, "store failed", ["error": "\(error)"]) }
            throw APIError(error)
        }
    }
}
