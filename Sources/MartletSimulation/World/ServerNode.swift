import MartletCloudController
import MartletHTTP
import MartletLog
import MartletModels
import MartletRegistry
import MartletServer
import MartletStore
import MartletTestSupport

/// One life of a server: its process, its store, and the routes that it serves.
struct ServerNode: SimulatedHost {
    let number: Int
    let process: SimulatedProcess
    /// Runs the store's own jobs. Two servers may share one.
    let storeProcess: SimulatedProcess
    let store: Store
    let clock: ServerClock
    let role: ServerRole
    let bbs: RouteTableTransport
    let `operator`: RouteTableTransport

    init(
        number: Int,
        process: SimulatedProcess,
        storeProcess: SimulatedProcess,
        store: Store,
        clock: ServerClock,
        cells: any CellClient,
        callbacks: any HTTPTransport,
        log: Log,
        makeUUID: @escaping @Sendable () -> String
    ) {
        self.number = number
        self.process = process
        self.storeProcess = storeProcess
        self.store = store
        self.clock = clock
        let now: @Sendable () -> Timestamp = { clock.now }
        role = ServerRole(
            configuration: Self.configuration,
            store: store,
            clock: LoopClock(clock) { clock.takeForwardStep() },
            log: log,
            cells: cells,
            callbacks: callbacks
        ) { _, _ in
            CloudController(
                store: store,
                images: NoImages(),
                follower: NoFollower(),
                configuration: CloudController.Configuration(apiURL: "http://server", now: now, makeUUID: makeUUID),
                log: log
            ).routes
        }
        bbs = RouteTableTransport(role.bbsRoutes)
        `operator` = RouteTableTransport(role.operatorRoutes)
    }

    /// A world is small, so pages and turns are too: what happens between two of them happens here.
    private static let configuration = ServerRole.Configuration(
        convergence: ConvergenceLoop.Configuration(pageSize: 3),
        ownDomains: [SimulatedApp.steady],
        auctionTurn: 2,
        claimBacklog: 4
    )
}

/// Apps are desired through the BBS API here, so nobody asks what an image means.
private struct NoImages: ImageResolver {
    func image(
        _ reference: ImageReference,
        credentials: RegistryCredentials?
    ) async throws(RegistryError) -> ResolvedImage { throw RegistryError(.notFound, "\(reference)") }
}

private struct NoFollower: InstanceFollower {
    func follow(_ work: InstanceWork) async {}
}
