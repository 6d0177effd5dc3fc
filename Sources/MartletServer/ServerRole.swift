public import MartletAuction
public import MartletHTTP
public import MartletLog
public import MartletModels
public import MartletStore

/// The server: the BBS API, convergence and auctions over one store.
///
/// It owns no socket; whoever composes the process serves `bbsRoutes` and `operatorRoutes`, and awaits `run`.
public struct ServerRole: Sendable {
    /// What an operator may set.
    public struct Configuration: Sendable {
        /// When passes are held.
        public var convergence: ConvergenceLoop.Configuration
        /// How cells are weighed.
        public var auction: AuctionConfiguration
        /// Domains that are fresh for ever, because their client shares this store.
        public var ownDomains: [DomainName]
        /// Events that the reader of a stream may be behind before it is dropped.
        public var eventLimit: Int
        /// Instances and tasks that an auction decides, hands out and writes down at once.
        public var auctionTurn: Int
        /// Instances that an auction hands out before it waits for cells to claim them.
        public var claimBacklog: Int

        /// The defaults are those of the parts.
        public init(
            convergence: ConvergenceLoop.Configuration = ConvergenceLoop.Configuration(),
            auction: AuctionConfiguration = AuctionConfiguration(),
            ownDomains: [DomainName] = [DomainName("cf-apps")],
            eventLimit: Int = 1_024,
            auctionTurn: Int = 10_000,
            claimBacklog: Int = 20_000
        ) {
            self.convergence = convergence
            self.auction = auction
            self.ownDomains = ownDomains
            self.eventLimit = eventLimit
            self.auctionTurn = auctionTurn
            self.claimBacklog = claimBacklog
        }
    }

    /// Finds cells for what waits.
    public let auctioneer: Auctioneer
    /// Tells cells to stop instances.
    public let stopper: InstanceStopper
    /// Tells cells of new routes and metric tags.
    public let updater: InstanceUpdater
    /// Everything about tasks beside the store.
    public let tasks: TaskServices
    /// Makes what runs agree with what is desired.
    public let convergence: ConvergenceLoop
    /// Of the BBS listener.
    public let bbsRoutes: [Route]
    /// Of the operator's listener.
    public let operatorRoutes: [Route]
    private let configuration: Configuration
    private let store: Store
    private let log: Log

    /// - Parameters:
    ///   - callbacks: where the outcomes of tasks go out.
    ///   - extraRoutes: makes further routes of the operator's listener, for example those of the Cloud Controller,
    ///     which has instances placed and stopped too.
    public init(
        configuration: Configuration = Configuration(),
        store: Store,
        clock: LoopClock,
        log: Log,
        cells: any CellClient,
        callbacks: any HTTPTransport,
        extraRoutes: (Auctioneer, InstanceStopper) -> [Route] = { _, _ in [] }
    ) {
        self.configuration = configuration
        self.store = store
        self.log = log
        stopper = InstanceStopper(store: store, cells: cells, clock: clock, log: log)
        updater = InstanceUpdater(store: store, cells: cells, log: log)
        tasks = TaskServices(store: store, cells: cells, callbackTransport: callbacks, clock: clock, log: log)
        auctioneer = Auctioneer(
            store: store,
            cells: cells,
            clock: clock,
            log: log,
            configuration: configuration.auction,
            callbacks: tasks.callbacks,
            turnLimit: configuration.auctionTurn,
            claimBacklog: configuration.claimBacklog
        )
        convergence = ConvergenceLoop(
            store: store,
            auctioneer: auctioneer,
            stopper: stopper,
            updater: updater,
            tasks: tasks.convergence,
            clock: clock,
            log: log,
            configuration: configuration.convergence
        )
        let handlers = BBSHandlers(
            store: store,
            auctioneer: auctioneer,
            stopper: stopper,
            updater: updater,
            tasks: tasks,
            eventLimit: configuration.eventLimit
        )
        bbsRoutes = handlers.routes
        let `operator` = OperatorHandlers(
            store: store,
            convergence: convergence,
            auctioneer: auctioneer,
            eventBufferLimit: configuration.eventLimit
        )
        operatorRoutes = `operator`.routes + extraRoutes(auctioneer, stopper)
    }

    /// What has to be done before anyone is served: a restart must not make cells look lost, nor desired state
    /// incomplete.
    public func prepare() async throws(StoreError) {
        try await store.extendCells(timeToLive: configuration.convergence.presenceGrace)
        for domain in configuration.ownDomains {
            try await store.upsertDomain(domain, timeToLiveSeconds: 0)
        }
    }

    /// Converges, auctions, stops, updates and calls back until cancelled; then ends all event streams.
    public func run() async {
        log(.info, "server started")
        await withDiscardingTaskGroup { group in
            group.addTask { await convergence.run() }
            group.addTask { await auctioneer.run() }
            group.addTask { await stopper.run() }
            group.addTask { await updater.run() }
            group.addTask { await tasks.run() }
        }
        await store.closeSubscriptions()
        log(.info, "server stopped")
    }
}
