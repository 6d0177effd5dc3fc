public import MartletAuction
import MartletConvergence
public import MartletLog
public import MartletModels
public import MartletStore

/// Finds cells for instances and tasks: one auction at a time, over everything that was asked for meanwhile.
///
/// Asking is cheap and may be repeated; what is no longer waiting when its turn comes is passed over.
public actor Auctioneer {
    /// A refusal and when it was given.
    public struct RememberedRefusal: Hashable, Sendable {
        /// When its turn in the auction ended.
        public var at: Timestamp
        /// When the auction that refused it began to ask cells; one that appeared later was not considered.
        public var began: Timestamp
        /// What it found out about each cell.
        public var refusal: PlacementRefusal
    }

    let store: Store
    let cells: any CellClient
    let clock: LoopClock
    let log: Log
    let configuration: AuctionConfiguration
    /// Told of tasks that one more rejection has ended.
    let callbacks: TaskCallbacks?
    /// How many instances and tasks are decided, handed out and written down at once.
    let turnLimit: Int
    /// How many instances an auction hands out before it waits for cells to claim them.
    let claimBacklog: Int
    private var waiting = AuctionQueue()
    /// Part of the auction that is being held, and not decided yet.
    private var underAuction = AuctionQueue()
    /// What is under auction has been read, so its turn will come.
    private var isOrderKnown = false
    /// Instances that are being handed out now, less those that were withdrawn since.
    private var inTurn: Set<ActualLRPKey> = []
    /// Kept for longer than the planner lets an instance wait (30 s, BBS section 5.4.2).
    private var asked = RecentTimes<ActualLRPKey>(keptFor: .seconds(120))
    private var refusals = RefusalMemory()
    private let signals: AsyncStream<Void>
    private nonisolated let signal: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - cells: who is asked what they have and handed the work.
    ///   - callbacks: `nil` where tasks have none.
    ///   - turnLimit: from 1.
    public init(
        store: Store,
        cells: any CellClient,
        clock: LoopClock,
        log: Log,
        configuration: AuctionConfiguration = AuctionConfiguration(),
        callbacks: TaskCallbacks? = nil,
        turnLimit: Int = 10_000,
        claimBacklog: Int = 20_000
    ) {
        self.store = store
        self.cells = cells
        self.clock = clock
        self.log = log
        self.configuration = configuration
        self.callbacks = callbacks
        self.turnLimit = max(1, turnLimit)
        self.claimBacklog = claimBacklog
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Asks for an auction of these instances.
    public func request(_ keys: [ActualLRPKey], traceID: String = "") {
        guard !keys.isEmpty else { return }
        asked.note(keys, at: clock.now)
        // What has its turn in the auction that is being held is looked at then, as it is then.
        let new = isOrderKnown ? keys.filter { underAuction.instances[$0] == nil } : keys
        guard !new.isEmpty else { return }
        waiting.add(new, traceID: traceID)
        signal.yield()
    }

    /// Asks for an auction of these tasks.
    public func request(tasks: [TaskGUID], traceID: String = "") {
        guard !tasks.isEmpty else { return }
        waiting.add(tasks, traceID: traceID)
        signal.yield()
    }

    /// These instances were refused, so they are not on their way to a cell any more.
    func withdraw(_ keys: [ActualLRPKey]) {
        for key in keys {
            waiting.remove(key)
            underAuction.remove(key)
            inTurn.remove(key)
        }
        asked.forget(keys)
        refusals.forget(keys)
    }

    /// Holds auctions until cancelled.
    public func run() async {
        for await _ in signals { await auction() }
    }

    /// When an auction was last asked for, for those of these instances that may still be on their way to a cell. One
    /// that has not had its turn is asked for now.
    func askedTimes(of keys: [ActualLRPKey]) -> [ActualLRPKey: Timestamp] {
        let now = clock.now
        asked.expire(at: now)
        var times: [ActualLRPKey: Timestamp] = [:]
        for key in keys {
            let hasNoTurnYet = waiting.instances[key] != nil || underAuction.instances[key] != nil
            times[key] = hasNoTurnYet ? now : asked[key]
        }
        return times
    }

    /// The last refusals of these instances, of those that were refused and not placed since. Bounded: of very many
    /// the oldest are forgotten.
    public func lastRefusals(of keys: [ActualLRPKey]) -> [ActualLRPKey: RememberedRefusal] {
        refusals.refusals(of: keys, at: clock.now)
    }

    /// The same of every instance.
    public var lastRefusals: [ActualLRPKey: RememberedRefusal] { refusals.all(at: clock.now) }

    /// Starts an auction of all that waits.
    ///
    /// - Returns: what is under auction now.
    func takeWaiting() -> AuctionQueue {
        underAuction = waiting
        waiting = AuctionQueue()
        return underAuction
    }

    /// These will have their turn; what else was asked for is not desired, or was not when it was read.
    func keepUnderAuction(_ requests: [LRPStartRequest]) {
        var kept = AuctionQueue()
        kept.adopt(requests.lazy.flatMap { $0.work.lazy.map(\.key) }, from: underAuction)
        kept.adopt(underAuction.tasks)
        underAuction = kept
        isOrderKnown = true
    }

    /// Ends it.
    func endAuction() {
        underAuction = AuctionQueue()
        isOrderKnown = false
    }

    /// These have had their turn.
    ///
    /// - Returns: those that were not withdrawn meanwhile.
    func takeTurns(_ items: [AuctionItem]) -> [AuctionItem] {
        inTurn = []
        return items.filter { item in
            switch item.work {
            case .lrp(let lrp):
                guard underAuction.remove(lrp.key) != nil else { return false }
                inTurn.insert(lrp.key)
                return true
            case .task(let task): return underAuction.remove(task.guid) != nil
            }
        }
    }

    /// Remembers what a turn came to.
    func conclude(_ outcome: TurnOutcome, began: Timestamp) {
        let now = clock.now
        let (result, declined) = (outcome.result, outcome.declined)
        // From now on, because their cells only hear of them now. What was withdrawn meanwhile went to a cell that is
        // refused when it claims it.
        asked.note(result.placements.lazy.map(\.key).filter(inTurn.contains), at: now)
        let refused = outcome.notAdmitted.instances.map(\.key) + (result.refusals + declined.instances).map(\.key)
        asked.forget(refused.lazy.filter { self.waiting.instances[$0] == nil })
        refusals.forget(result.placements.lazy.map(\.key))
        refusals.remember(
            result.refusals + declined.instances,
            verdictCount: result.verdictCount + declined.instances.count,
            at: now,
            began: began
        )
    }
}
