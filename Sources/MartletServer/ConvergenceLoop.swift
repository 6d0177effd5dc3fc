public import MartletConvergence
public import MartletLog
import MartletModels
public import MartletStore

/// Makes what runs agree with what is desired: at once when something relevant happens, and every interval anyway.
///
/// Each pass reads one snapshot, plans, and applies the plan item by item; every pass is a numbered record.
public actor ConvergenceLoop {
    public struct Configuration: Sendable {
        /// Longest time between two passes.
        public var interval: Duration
        /// Shortest time between two passes; what happens meanwhile is seen by one pass.
        public var minimumGap: Duration
        /// When a pass in which something failed is followed by another one.
        public var retryAfter: Duration
        public var rules: ConvergenceRules
        /// How many records are kept.
        public var recordLimit: Int

        public init(
            interval: Duration = .seconds(30),
            minimumGap: Duration = .milliseconds(50),
            retryAfter: Duration = .seconds(5),
            rules: ConvergenceRules = ConvergenceRules(),
            recordLimit: Int = 500
        ) {
            self.interval = interval
            self.minimumGap = minimumGap
            self.retryAfter = retryAfter
            self.rules = rules
            self.recordLimit = recordLimit
        }
    }

    let store: Store
    let auctioneer: Auctioneer
    let stopper: InstanceStopper
    let clock: LoopClock
    let log: Log
    let configuration: Configuration
    /// The newest last.
    public private(set) var records: [CycleRecord] = []
    private var passCount = 0
    private var pending: Set<ConvergenceTrigger> = []
    private var removals = RemovalLog()
    private var isBrakeReleased = false
    private(set) var cellAppearedAt: Timestamp?
    private var wakes = WakeTimes()
    private let signals: AsyncStream<Void>
    private nonisolated let signal: AsyncStream<Void>.Continuation

    public init(
        store: Store,
        auctioneer: Auctioneer,
        stopper: InstanceStopper,
        clock: LoopClock,
        log: Log,
        configuration: Configuration = Configuration()
    ) {
        self.store = store
        self.auctioneer = auctioneer
        self.stopper = stopper
        self.clock = clock
        self.log = log
        self.configuration = configuration
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Lets the next pass stop what the brake holds back. An operator's decision; it is logged.
    public func releaseBrake(by operator: String) {
        isBrakeReleased = true
        log(.notice, "brake released for one pass", ["by": `operator`])
        note(.brakeReleased)
    }

    /// Converges until cancelled.
    public func run() async {
        // Before the first pass, so that nothing can happen between the two unseen.
        let subscription = await store.subscribe(bufferLimit: Self.eventBuffer)
        note(.start)
        await withDiscardingTaskGroup { group in
            group.addTask { await self.watch(subscription) }
            for await _ in signals {
                await pass()
                if let deadline = wakes.newSleeper() { group.addTask { await self.wake(at: deadline) } }
                try? await clock.sleep(until: clock.now + configuration.minimumGap)
            }
            group.cancelAll()
        }
    }

    func note(_ trigger: ConvergenceTrigger) {
        pending.insert(trigger)
        signal.yield()
    }

    /// One pass, whatever set it off.
    @discardableResult
    func pass() async -> CycleRecord {
        passCount += 1
        let triggers = pending.map(\.rawValue).sorted()
        pending = []
        var record = CycleRecord(
            number: passCount,
            triggers: triggers,
            startedAtNanoseconds: clock.now.nanoseconds
        )
        do throws(StoreError) {
            try await converge(&record)
        } catch {
            record.done.failures.append("the store was not read: \(error)")
            wakes.want(.interval, at: clock.now + configuration.interval)
        }
        keep(record)
        return record
    }

    private func converge(_ record: inout CycleRecord) async throws(StoreError) {
        let began = clock.now
        try await store.expireCells()
        try await store.deleteExpiredDomains()
        var snapshot = try await readSnapshot()
        if isBrakeReleased { snapshot.rules.brake = .released }
        isBrakeReleased = false
        var plan = MartletConvergence.converge(snapshot)
        if plan.braked != nil {
            removals = try await removals.updated(from: store)
            snapshot.removalsOnRecord = removals.removed
            plan = MartletConvergence.converge(snapshot)
        }
        record.describe(snapshot, plan)
        record.durations.read = (clock.now - began).nanoseconds
        let contradictions = PlanChecker(snapshot).contradictions(in: plan)
        if contradictions.isEmpty {
            await apply(plan, snapshot, &record)
        } else {
            record.done.failures = contradictions.map { "the plan contradicts itself: \($0)" }
        }
        await auctioneer.keepRefusals(of: Set(snapshot.actual.lazy.filter { $0.state == .unclaimed }.map(\.key)))
        wakes.want(.interval, at: began + configuration.interval)
        let retry = record.done.failures.isEmpty ? Timestamp.distantFuture : began + configuration.retryAfter
        let due = min(snapshot.nextWake ?? .distantFuture, retry)
        if due < began + configuration.interval { wakes.want(.due, at: due) }
    }

    private func apply(_ plan: ConvergencePlan, _ snapshot: ConvergenceSnapshot, _ record: inout CycleRecord) async {
        let began = clock.now
        let applier = PlanApplier(store: store, stopper: stopper, snapshot: snapshot)
        let outcome = await applier.apply(plan)
        await auctioneer.withdraw((plan.refuse + plan.createRefused + plan.suspectRefused).map(\.key))
        await auctioneer.request(outcome.toAuction)
        record.done = CycleRecord.Done(
            applied: outcome.applied,
            stopping: outcome.stopping,
            auctionsRequested: outcome.toAuction.count,
            failures: Array(outcome.failures.prefix(CycleRecord.itemLimit))
        )
        record.durations.apply = (clock.now - began).nanoseconds
        // What has come back is judged by the next pass: it may have to stop now.
        if !plan.unsuspect.isEmpty { note(.followUp) }
    }

    private func keep(_ record: CycleRecord) {
        records.append(record)
        if records.count > configuration.recordLimit { records.removeFirst() }
        var facts = [
            "cycle": "\(record.number)", "triggers": record.triggers.joined(separator: ","),
            "applied": "\(record.done.applied)", "stopping": "\(record.done.stopping)",
            "failed": "\(record.done.failures.count)",
            "auctions": "\(record.done.auctionsRequested)",
        ]
        for (kind, count) in record.decided { facts[kind.replacing("-", with: "_")] = "\(count)" }
        facts["braked"] = record.braked
        let hasNews = record.braked != records.dropLast().last?.braked || !record.done.failures.isEmpty
        let level: LogLevel = hasNews ? .warning : record.done.applied == 0 ? .debug : .info
        log(level, "convergence pass ended", facts)
        for failure in record.done.failures {
            log(.warning, "convergence item failed", ["cycle": "\(record.number)", "error": failure])
        }
    }

    /// Turns events into triggers; subscribes anew when it fell behind.
    private func watch(_ first: EventSubscription) async {
        var subscription = first
        while true {
            for await event in subscription.events {
                if case .cellAppeared = event.event { cellAppearedAt = event.at }
                if let trigger = ConvergenceTrigger(event.event) { note(trigger) }
            }
            guard !Task.isCancelled, (try? await clock.sleep(until: clock.now + .seconds(1))) != nil else { return }
            subscription = await store.subscribe(bufferLimit: Self.eventBuffer)
            note(.resubscribed)
        }
    }

    private func wake(at first: Timestamp) async {
        var deadline = first
        while (try? await clock.sleep(until: deadline)) != nil {
            switch wakes.fired(deadline, now: clock.now) {
            case .pass(let trigger): return note(trigger)
            case .sleep(let later): deadline = later
            case .end: return
            }
        }
    }

    private static let eventBuffer = 65_536
}
