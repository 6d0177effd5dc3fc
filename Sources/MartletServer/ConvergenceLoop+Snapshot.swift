import MartletConvergence
import MartletModels
import MartletStore

/// What a pass reads.
extension ConvergenceLoop {
    struct Page {
        var snapshot: ConvergenceSnapshot
        var next: CandidateCursor?
        /// The state that the snapshot shows came about by the events up to this one.
        var lastEvent: Int64
    }

    func readWorld() async throws(StoreError) -> PassWorld {
        let brake = configuration.brake
        let now = clock.now
        return try await store.read { (store) throws(StoreError) in
            var world = PassWorld(now: now)
            world.liveCells = try store.liveCellIDs()
            world.freshDomains = Set(try store.freshDomains().map(\.name))
            world.policy = AdmissionPolicy(flags: try store.featureFlags())
            world.lastEvent = try store.lastEventNumber()
            world.nextDue = try store.nextDue(after: now)
            world.nextPresenceExpiry = try store.nextPresenceExpiry()
            if let found = try store.undecidedStops(in: world.freshDomains, atLeast: brake.minimum) {
                world.undecidedStops = brake.report(stops: found.stops, running: found.running)
            }
            return world
        }
    }

    /// One page of what a source finds, as of one commit. The flags are read again, because a pass may be long.
    func read(
        _ source: CandidateSource,
        after cursor: CandidateCursor?,
        _ world: PassWorld
    ) async throws(StoreError) -> Page {
        let limit = configuration.pageSize
        var page = try await store.read { (store) throws(StoreError) in
            let found = try store.candidates(source, after: cursor, limit: limit)
            let records = try store.instances(found.ids)
            var snapshot = ConvergenceSnapshot(
                now: world.now,
                desired: records.desired,
                instances: records.instances,
                liveCells: world.liveCells,
                freshDomains: world.freshDomains,
                policy: found.ids.isEmpty ? world.policy : AdmissionPolicy(flags: try store.featureFlags())
            )
            snapshot.brake = world.undecidedStops
            return Page(snapshot: snapshot, next: found.next, lastEvent: try store.lastEventNumber())
        }
        await complete(&page.snapshot)
        return page
    }

    /// Adds what is not in the store.
    private func complete(_ snapshot: inout ConvergenceSnapshot) async {
        snapshot.rules = configuration.rules
        snapshot.cellAppearedAt = cellAppearedAt
        snapshot.flagChangedAt = flagChangedAt
        snapshot.startedAt = startedAt
        let waiting = snapshot.instances.compactMap { $0.ordinary?.state == .unclaimed ? $0.ordinary?.key : nil }
        if !waiting.isEmpty { snapshot.asked = await auctioneer.askedTimes(of: waiting) }
    }

    /// Everything about the processes that a name means, for `why`.
    ///
    /// - Parameter processes: more process guids that it means.
    func snapshot(
        named name: String,
        processes: Set<ProcessGUID> = []
    ) async throws(StoreError) -> (snapshot: ConvergenceSnapshot, rootFS: [ProcessGUID: RootFS]) {
        let world = try await readWorld()
        var (snapshot, rootFS) = try await store.read { (store) throws(StoreError) in
            let guids = processes.union(try store.processes(named: name, limit: Self.nameLimit))
            var (desired, instances): ([DesiredLRPSummary], [InstanceRecords]) = ([], [])
            for guid in guids.sorted() {
                let found = try store.instances(of: guid, index: nil)
                desired += found.desired
                instances += found.instances
            }
            let infos = try store.readableSchedulingInfos(of: guids.sorted()).infos
            let snapshot = ConvergenceSnapshot(
                now: world.now,
                desired: desired,
                instances: instances,
                liveCells: world.liveCells,
                freshDomains: world.freshDomains,
                policy: world.policy
            )
            return (snapshot, Dictionary(infos.map { ($0.processGUID, $0.rootFS) }) { first, _ in first })
        }
        snapshot.brake = world.undecidedStops
        await complete(&snapshot)
        return (snapshot, rootFS)
    }

    /// What a pass over everything would decide now, without doing it. Large plans are cut.
    func preview() async throws(StoreError) -> Preview {
        let world = try await readWorld()
        var items: [ConvergencePlan.Item] = []
        var known: Set<ConvergencePlan.Item> = []
        for source in world.everything {
            var cursor: CandidateCursor?
            repeat {
                let page = try await read(source, after: cursor, world)
                cursor = page.next
                let plan = PlanChecker(page.snapshot).sound(MartletConvergence.converge(page.snapshot)).plan
                for item in plan.items where known.insert(item).inserted {
                    items.append(item)
                }
            } while cursor != nil && items.count < Self.previewLimit
        }
        let tasks = try await tasks.preview(taskWorld(world))
        return Preview(items: items, tasks: tasks.items, braked: world.undecidedStops)
    }

    struct Preview: Sendable {
        var items: [ConvergencePlan.Item]
        var tasks: [TaskPlan.Item]
        var braked: BrakeReport?

        /// How many items of each kind.
        var counts: [String: Int] {
            let verbs = items.map(\.verb.rawValue) + tasks.map(\.verb.rawValue)
            return verbs.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
    }

    /// What a pass knows before it looks at tasks.
    func taskWorld(_ world: PassWorld) -> TaskSnapshot {
        TaskSnapshot(
            now: world.now,
            tasks: [],
            liveCells: world.liveCells,
            policy: world.policy,
            cellAppearedAt: cellAppearedAt,
            flagChangedAt: flagChangedAt,
            startedAt: startedAt
        )
    }

    private static let nameLimit = 1_000
    private static let previewLimit = 100_000
}

extension CandidateSource {
    /// As in records and logs.
    var name: String {
        switch self {
        case .displaced: "displaced"
        case .onLostCells: "on-lost-cells"
        case .notRefused: "not-refused"
        case .refused: "refused"
        case .unwanted: "unwanted"
        case .missing: "missing"
        case .due: "due"
        case .waiting: "waiting"
        case .outdated: "outdated"
        case .process: "process"
        case .instances: "instance"
        case .cell: "cell"
        }
    }
}

extension CycleRecord {
    mutating func describe(_ world: PassWorld) {
        seen.liveCells = world.liveCells.count
        seen.freshDomains = world.freshDomains.map(\.rawValue).sorted()
        seen.lastEvent = world.lastEvent
    }

    mutating func add(_ plan: ConvergencePlan, _ brake: BrakeReport?) {
        decided.merge(plan.counts) { $0 + $1 }
        items += plan.items(limit: max(0, Self.itemLimit - items.count)).map(\.description)
        if !plan.withheld.isEmpty { braked = brake.map { "\($0)" } }
    }

    mutating func add(_ tasks: TaskConvergence.Outcome) {
        if tasks.seen > 0 { seen.instances["tasks", default: 0] += tasks.seen }
        decided.merge(tasks.decided) { $0 + $1 }
        items += tasks.items.prefix(max(0, Self.itemLimit - items.count))
        done.applied += tasks.applied
        done.auctionsRequested += tasks.toAuction.count
        add(failures: tasks.failures)
    }

    mutating func add(failures: [String]) {
        done.failures += failures.prefix(max(0, Self.itemLimit - done.failures.count))
    }

    mutating func add(faults: [String]) {
        self.faults += faults.prefix(max(0, Self.itemLimit - self.faults.count))
    }

    mutating func add(missed: [String]) {
        missedCount += missed.count
        missedByEvents += missed.prefix(max(0, Self.itemLimit - missedByEvents.count))
    }
}
