import MartletLinux
import MartletLog
import MartletModels

/// Keeps the BBS and the cell's containers in agreement, by events and by regular comparison.
final class Rep: Sendable {
    private let configuration: CellConfiguration
    private let executor: Executor
    private let bbs: any BulletinBoard
    private let processor: LRPProcessor
    private let session: String
    private let log: Log
    private let queue = Locked(OperationQueue())
    private let needsPass = Locked(false)

    /// - Parameter session: tells this life of the agent from every other.
    init(
        _ configuration: CellConfiguration,
        executor: Executor,
        bbs: any BulletinBoard,
        session: String,
        log: Log
    ) {
        self.configuration = configuration
        self.executor = executor
        self.bbs = bbs
        self.session = session
        self.log = log
        processor = LRPProcessor(executor: executor, bbs: bbs, zone: configuration.zone, log: log)
    }

    private var clock: CellClock { executor.ports.clock }

    /// Works until cancelled. Begins when the executor has adopted what an earlier life left.
    func run() async {
        let events = await executor.events()
        guard await executor.adopted.wait() != nil else { return }
        let (operations, sender) = AsyncStream.makeStream(of: Operation.self)
        await withDiscardingTaskGroup { tasks in
            tasks.addTask { await self.announceRegularly() }
            tasks.addTask { await self.compareRegularly(sender) }
            tasks.addTask {
                for await event in events { sender.yield(.container(event.container)) }
            }
            for await operation in operations where queue.withLock({ $0.submit(operation) }) {
                tasks.addTask { await self.perform(operation) }
            }
            tasks.cancelAll()
        }
    }

    /// Has the next look at the retry interval be a comparison, because something may be wrong.
    func compareSoon() { needsPass.withLock { $0 = true } }

    /// Performs an operation and whatever came for the same container meanwhile.
    private func perform(_ first: Operation) async {
        var next: Operation? = first
        while let operation = next, !Task.isCancelled {
            let outcome =
                switch operation {
                case .container(let id): await processor.process(id)
                case .residual(let key, let instance): await processor.processResidual(key, instance)
                }
            if outcome == .tryAgain { compareSoon() }
            next = queue.withLock { $0.finish(operation) }
        }
    }

    /// Compares at once, then every polling interval; sooner when something could not be done.
    private func compareRegularly(_ sender: AsyncStream<Operation>.Continuation) async {
        var due = clock.now
        await clock.every(configuration.retryInterval) {
            let isAskedFor = needsPass.withLock { needsPass in
                defer { needsPass = false }
                return needsPass
            }
            guard isAskedFor || clock.now >= due else { return }
            if await compare(sender) { due = clock.now + configuration.pollingInterval }
        }
    }

    /// - Returns: false when the BBS gave no answer; then nothing is done, because nothing is known.
    private func compare(_ sender: AsyncStream<Operation>.Continuation) async -> Bool {
        let records = await executor.snapshot().records
        let known: [ActualLRP]
        do throws(BulletinBoardError) { known = try await bbs.actualLRPs(on: configuration.cellID) } catch {
            log(.warning, "records of this cell not read", ["error": "\(error)"])
            return false
        }
        for operation in Self.operations(records, known) { sender.yield(operation) }
        return true
    }

    /// What a comparison asks for. Evacuating records belong to the evacuation of this cell, not to this comparison.
    static func operations(_ records: [ContainerRecord], _ known: [ActualLRP]) -> [Operation] {
        let containers = Set(records.map(\.id))
        let residuals = known.filter { $0.presence != .evacuating }.compactMap { lrp -> Operation? in
            guard let instance = lrp.instanceKey, !containers.contains(instance.instanceGUID) else { return nil }
            return .residual(lrp.key, instance)
        }
        return records.map { .container($0.id) } + residuals
    }

    /// Says that the cell lives. It is not unsaid at the end: the next life shall find its records still there.
    private func announceRegularly() async {
        var isKnown = false
        await clock.every(configuration.presenceInterval) {
            do throws(BulletinBoardError) {
                try await bbs.announce(configuration.presence, session: session, ttl: configuration.presenceTTL)
                if !isKnown { log(.info, "cell registered", ["cell": "\(configuration.cellID)"]) }
                isKnown = true
            } catch {
                log(.warning, "cell not registered", ["error": "\(error)"])
                isKnown = false
            }
        }
    }
}
