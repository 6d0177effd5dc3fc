public import MartletConvergence
public import MartletLog
import MartletModels
public import MartletStore

/// Makes what runs agree with what is desired.
///
/// Each event of the store wakes a pass over exactly what the event concerns. Every interval a pass looks at everything
/// that the store's indexes call out of place: a safety net that finds nothing while the events do their work.
///
/// A pass reads some instances, plans, applies the plan item by item, and goes on to the next; it never waits for a
/// cell. Every pass that found something is a numbered record.
public actor ConvergenceLoop {
    /// When passes are held, and how much they do at once.
    public struct Configuration: Sendable {
        /// Longest time between two passes over everything.
        public var interval: Duration
        /// Shortest time between two passes; what happens meanwhile is seen by one pass.
        public var minimumGap: Duration
        /// When what could not be done is tried again; twice as long each time that it fails again, up to `interval`.
        public var retryAfter: Duration
        /// When an instance that its cell was told to stop is looked at again.
        public var stopPatience: Duration
        /// The constants of a pass; the store must have been opened with the same.
        public var rules: ConvergenceRules
        /// How many stops that nobody decided are too many.
        public var brake: Brake
        /// Given to every known cell when the server starts, and when the machine's clock has stepped forward, so that
        /// none looks lost for it.
        public var presenceGrace: Duration
        /// How many records are kept in memory.
        public var recordLimit: Int
        /// How many instances are read, planned and applied at once.
        public var pageSize: Int

        /// The defaults are those of Diego where it has them (BBS section 6.1).
        public init(
            interval: Duration = .seconds(30),
            minimumGap: Duration = .milliseconds(50),
            retryAfter: Duration = .seconds(5),
            stopPatience: Duration = .seconds(5),
            rules: ConvergenceRules = ConvergenceRules(),
            brake: Brake = Brake(),
            presenceGrace: Duration = .seconds(30),
            recordLimit: Int = 500,
            pageSize: Int = 2_000
        ) {
            self.interval = interval
            self.minimumGap = minimumGap
            self.retryAfter = retryAfter
            self.stopPatience = stopPatience
            self.rules = rules
            self.brake = brake
            self.presenceGrace = presenceGrace
            self.recordLimit = recordLimit
            self.pageSize = pageSize
        }
    }

    let store: Store
    let auctioneer: Auctioneer
    let stopper: InstanceStopper
    let updater: InstanceUpdater
    let tasks: TaskConvergence
    let clock: LoopClock
    let log: Log
    let configuration: Configuration
    /// Of the last passes that found something, the newest last.
    public private(set) var records: [CycleRecord] = []
    /// The last pass, whether or not it found something.
    public private(set) var lastPass: CycleRecord?
    /// What the safety net has found since the start although an event should have led to it: our defect metric.
    public private(set) var missedCount = 0
    private var followers: [AsyncStream<CycleRecord>.Continuation] = []
    private var passCount: Int64 = 0
    var agenda = ConvergenceAgenda()
    /// What failed in the passes before, to be looked at again.
    var retries: Set<InstanceID> = []
    /// When; `nil` while nothing has failed.
    var retryAt: Timestamp?
    var retryPause: RetryPause
    /// What was set aside lately and told of, so that it is not told of again with every pass that comes across it.
    var toldFaults = RecentTimes<String>(keptFor: .seconds(3_600))
    var wakes = WakeTimes()
    var isBraked = false
    var cellAppearedAt: Timestamp?
    var flagChangedAt: Timestamp?
    var startedAt: Timestamp?
    /// As of the last event that was heard; so is `refusal`.
    var liveCells: Set<CellID> = []
    /// The placement error of what the flag for Docker images refuses; `nil` while it is on.
    var refusal: String?
    /// The root file systems of some instances have to be asked for.
    var wantsRootFS = false
    /// They are being asked for.
    var isLearning = false
    /// Who asked for a pass over everything and waits for its record.
    private var waiters: [CheckedContinuation<CycleRecord?, Never>] = []
    /// Whether passes are made.
    private var isRunning = false
    private let signals: AsyncStream<Void>
    private nonisolated let signal: AsyncStream<Void>.Continuation

    /// A loop that stands still until `run`.
    public init(
        store: Store,
        auctioneer: Auctioneer,
        stopper: InstanceStopper,
        updater: InstanceUpdater,
        tasks: TaskConvergence,
        clock: LoopClock,
        log: Log,
        configuration: Configuration = Configuration()
    ) {
        self.store = store
        self.auctioneer = auctioneer
        self.stopper = stopper
        self.updater = updater
        self.tasks = tasks
        self.clock = clock
        self.log = log
        self.configuration = configuration
        retryPause = RetryPause(first: configuration.retryAfter, longest: configuration.interval)
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Lets what the brake holds back now stop, and nothing that comes later: an operator's decision, on record.
    ///
    /// - Returns: how many instances that are.
    @discardableResult
    public func releaseBrake(by operator: String) async throws(StoreError) -> Int {
        let count = try await store.releaseBrake(by: `operator`)
        log(.notice, "brake released", ["by": `operator`, "instances": "\(count)"])
        return count
    }

    /// Has everything looked at now.
    ///
    /// - Returns: what the pass did; `nil` while no passes are made: the server is starting or shutting down.
    public func convergeNow() async -> CycleRecord? {
        guard isRunning else { return nil }
        return await withCheckedContinuation { waiter in
            waiters.append(waiter)
            noteEverything(.requested)
        }
    }

    /// Records as passes end, from now on; a reader that is too slow misses the oldest.
    public func recordStream() -> AsyncStream<CycleRecord> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: CycleRecord.self,
            bufferingPolicy: .bufferingNewest(configuration.recordLimit)
        )
        followers.append(continuation)
        return stream
    }

    /// Converges until cancelled.
    public func run() async {
        isRunning = true
        startedAt = clock.now
        if let last = try? await store.read({ (store) throws(StoreError) in try store.lastCycleNumber() }) {
            passCount = max(passCount, last)
        }
        // Before the first pass, so that nothing can happen between the two unseen.
        let subscription = await store.subscribe(bufferLimit: Self.eventBuffer)
        agenda = ConvergenceAgenda(lastEvent: subscription.lastNumber)
        noteEverything(.start)
        await withDiscardingTaskGroup { group in
            group.addTask { await self.watch(subscription) }
            for await _ in signals {
                if !agenda.isEmpty {
                    await pass()
                    try? await clock.sleep(until: clock.now + configuration.minimumGap)
                }
                if wantsRootFS, !isLearning {
                    (wantsRootFS, isLearning) = (false, true)
                    group.addTask { await self.learnRootFS() }
                }
                if let deadline = wakes.newSleeper() { group.addTask { await self.wake(at: deadline) } }
            }
            group.cancelAll()
        }
        isRunning = false
        for follower in followers { follower.finish() }
        for waiter in waiters { waiter.resume(returning: nil) }
        (followers, waiters) = ([], [])
    }

    func note(_ trigger: ConvergenceTrigger, _ sources: [CandidateSource] = []) {
        agenda.note(trigger, sources)
        signal.yield()
    }

    func noteEverything(_ trigger: ConvergenceTrigger) {
        agenda.noteEverything(trigger)
        signal.yield()
    }

    func signalWork() { signal.yield() }

    /// Wants a pass by then, unless one is wanted earlier.
    func want(_ trigger: ConvergenceTrigger, by time: Timestamp) {
        if wakes.want(trigger, noLaterThan: time) { signal.yield() }
    }

    /// One pass over what was noted, whatever set it off.
    @discardableResult
    func pass() async -> CycleRecord {
        passCount += 1
        let agenda = agenda.take()
        if agenda.isEverything { lostTrack = false }
        let asking = waiters
        waiters = []
        let began = clock.now
        var record = CycleRecord(
            number: passCount,
            triggers: agenda.triggers.sorted().map(\.rawValue),
            startedAtNanoseconds: began.nanoseconds
        )
        do throws(StoreError) {
            try await converge(agenda, &record)
        } catch {
            record.done.failures.append("the store was not read: \(error)")
            // Whatever this pass should have looked at is looked at with the next try.
            lostTrack = true
        }
        // Nothing else puts off the net, or it would not count what the events have missed.
        if !agenda.triggers.isDisjoint(with: [.interval, .start]) {
            wakes.want(.interval, at: began + configuration.interval)
        }
        planRetry(after: record)
        record.durations.total = (clock.now - began).nanoseconds
        await keep(record)
        for waiter in asking { waiter.resume(returning: record) }
        return record
    }

    /// A pass did not come to its end, so nothing is known of what it should have done.
    var lostTrack = false

    private func keep(_ record: CycleRecord) async {
        let before = lastPass
        lastPass = record
        missedCount += record.missedCount
        logPass(record, before: before)
        guard !record.isQuiet else { return }
        records.append(record)
        if records.count > configuration.recordLimit { records.removeFirst() }
        followers.removeAll { follower in
            guard case .terminated = follower.yield(record) else { return false }
            return true
        }
        guard let bytes = OperatorJSON.bytes(record) else { return }
        do throws(StoreError) {
            let startedAt = Timestamp(nanoseconds: record.startedAtNanoseconds)
            try await store.keepCycle(number: record.number, startedAt: startedAt, record: bytes)
        } catch {
            log(.warning, "convergence record was not kept", ["cycle": "\(record.number)", "error": "\(error)"])
        }
    }

    private func logPass(_ record: CycleRecord, before: CycleRecord?) {
        var facts = [
            "cycle": "\(record.number)", "triggers": record.triggers.joined(separator: ","),
            "applied": "\(record.done.applied)", "stops": "\(record.done.stopsRequested)",
            "stopping": "\(record.done.stopping)", "failed": "\(record.done.failures.count)",
            "auctions": "\(record.done.auctionsRequested)",
        ]
        for (kind, count) in record.decided { facts[kind.replacing("-", with: "_")] = "\(count)" }
        facts["braked"] = record.braked
        let hasNews = record.braked != before?.braked || !record.done.failures.isEmpty
        let isIdle = record.done.applied == 0 && record.done.stopsRequested == 0
        log(hasNews ? .warning : isIdle ? .debug : .info, "convergence pass ended", facts)
        for failure in record.done.failures.prefix(Self.loggedFailures) {
            log(.warning, "convergence item failed", ["cycle": "\(record.number)", "error": failure])
        }
        for fault in record.faults {
            log(.error, "set aside", ["cycle": "\(record.number)", "fault": fault])
        }
        for missed in record.missedByEvents {
            log(.error, "no event led to this", ["cycle": "\(record.number)", "item": missed])
        }
    }

    static let eventBuffer = 65_536
    /// The rest is in the record; a full disk is not told of once for each instance.
    private static let loggedFailures = 20
}
