public import MartletHTTP
public import MartletStore
import MartletBBSAPI
import MartletLog
import MartletModels

/// The BBS API (sections 1.4 and 2.3): what each route does, without sockets.
public struct BBSHandlers: Sendable {
    let store: Store
    let auctioneer: Auctioneer
    let stopper: InstanceStopper
    let updater: InstanceUpdater
    let tasks: TaskServices
    /// Events that a stream's reader may be behind before it is dropped (section 1.8.6).
    let eventLimit: Int

    /// Routes over these parts, which are run by their owner.
    public init(
        store: Store,
        auctioneer: Auctioneer,
        stopper: InstanceStopper,
        updater: InstanceUpdater,
        tasks: TaskServices,
        eventLimit: Int = 1_024
    ) {
        self.store = store
        self.auctioneer = auctioneer
        self.stopper = stopper
        self.updater = updater
        self.tasks = tasks
        self.eventLimit = eventLimit
    }

    /// Every route of the API. Tests walk this table; nothing else registers a route.
    public var routes: [Route] { clusterRoutes + actualLRPRoutes + desiredLRPRoutes + taskRoutes + [instanceEvents] }

    private var clusterRoutes: [Route] {
        [
            BBSRoutes.ping.handler { _, _ in PingResponse(available: true) },
            BBSRoutes.domains.handler { _, _ throws(BBSError) in
                let domains = try await answering { () throws(StoreError) in try await store.freshDomains() }
                return DomainsResponse(domains.map(\.name))
            },
            BBSRoutes.upsertDomain.handler { request, _ throws(BBSError) in
                try await change { () throws(StoreError) in
                    try await store.upsertDomain(request.domain, timeToLiveSeconds: request.timeToLiveSeconds)
                }
            },
            BBSRoutes.cells.handler { _, _ throws(BBSError) in
                CellsResponse(
                    try await answering { () throws(StoreError) in try await store.cells() }.map(\.presence)
                )
            },
            BBSRoutes.upsertCellPresence.handler { request, _ throws(BBSError) in try await register(request) },
            BBSRoutes.removeCellPresence.handler { request, _ throws(BBSError) in
                try await change { () throws(StoreError) in
                    try await store.removeCell(request.cellID, session: request.session)
                }
            },
        ]
    }

    /// A cell lives, for at most an hour without saying so again.
    private func register(_ request: UpsertCellPresenceRequest) async throws(BBSError) -> LifecycleResponse {
        guard let presence = request.presence else { throw .invalidRequest }
        let milliseconds = min(request.timeToLiveMilliseconds, 3_600_000)
        return try await change { () throws(StoreError) in
            try await store.registerCell(
                presence,
                timeToLive: .milliseconds(Int64(milliseconds)),
                session: request.session
            )
        }
    }

    /// Runs a verb whose answer is only that it succeeded.
    func change(
        refusal: BBSError.Kind = .unknownError,
        _ verb: () async throws(StoreError) -> some Any
    ) async throws(BBSError) -> LifecycleResponse {
        do throws(StoreError) { _ = try await verb() } catch { throw BBSError(error, refusal: refusal) }
        return LifecycleResponse()
    }
}

extension BBSRoute {
    /// Answers with records as they were encoded when they were stored.
    func storedHandler<Item>(
        _ body: @escaping @Sendable (Request) async throws(BBSError) -> [[UInt8]]
    ) -> Route where Response == ListResponse<Item> {
        Route(method, path) { request in
            do throws(BBSError) {
                let message = try Request(received: request.body)
                return .protobuf(ListResponse<Item>.encoded(stored: try await body(message)))
            } catch {
                let failure = error
                let failing = handler { (_, _) throws(BBSError) in throw failure }
                return await failing.handler(request)
            }
        }
    }
}
