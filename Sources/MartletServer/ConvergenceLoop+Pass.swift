import MartletConvergence
import MartletLog
import MartletModels
import MartletStore

/// One pass: read, plan, apply, page by page.
extension ConvergenceLoop {
    func converge(_ agenda: ConvergenceAgenda, _ record: inout CycleRecord) async throws(StoreError) {
        let world = try await prepare(agenda, &record)
        record.describe(world)
        let sources = agenda.allSources(world)
        for source in sources.noted { try await work(source, world, nil, &record) }
        let isNet = agenda.triggers.contains(.interval) && !world.hasReleasedBrake
        for source in sources.net where !sources.noted.contains(source) {
            try await work(source, world, isNet ? agenda.lastEvent : nil, &record)
        }
        if agenda.concernsTasks {
            try await convergeTasks(world, isNet && !isNoted(agenda, world) ? agenda.lastEvent : nil, &record)
        }
        wantsRootFS = wantsRootFS || isLearningDue(agenda, world)
        for time in [world.nextDue, world.nextPresenceExpiry, world.policy.nextChange(after: world.now)] {
            if let time { want(.due, by: time) }
        }
    }

    /// What holds for the whole pass, after what has run out was forgotten. When that could not be written down, as on a
    /// full disk, the pass goes on: it needs no writing to ask cells to stop what may not run.
    private func prepare(
        _ agenda: ConvergenceAgenda,
        _ record: inout CycleRecord
    ) async throws(StoreError) -> PassWorld {
        if let step = clock.takeForwardStep() {
            log(.warning, "the clock stepped forward; cells get time to speak", ["by": "\(step)"])
            await attempt("cells were not given time", &record) { () async throws(StoreError) in
                try await store.extendCells(timeToLive: configuration.presenceGrace)
            }
        }
        var world = try await readWorld()
        if let expiry = world.nextPresenceExpiry, expiry <= world.now {
            await attempt("lost cells were not written down", &record) { () async throws(StoreError) in
                try await store.expireCells()
            }
            world = try await readWorld()
        }
        if agenda.isEverything {
            await attempt("domains that ran out were not deleted", &record) { () async throws(StoreError) in
                try await store.deleteExpiredDomains()
            }
        }
        adopt(world)
        await judgeBrake(&world, &record)
        return world
    }

    /// - Returns: whether it was written.
    @discardableResult
    private func attempt(
        _ failure: String,
        _ record: inout CycleRecord,
        _ write: () async throws(StoreError) -> some Any
    ) async -> Bool {
        do throws(StoreError) {
            _ = try await write()
            return true
        } catch {
            record.add(failures: ["\(failure): \(error)"])
            return false
        }
    }

    /// Takes over what the events tell from now on. A world that is older than the events heard meanwhile knows less.
    private func adopt(_ world: PassWorld) {
        guard world.lastEvent >= self.agenda.lastEvent else { return }
        liveCells = world.liveCells
        refusal = world.policy.refusal(of: AdmissionSubject(isDocker: true))?.placementError
    }

    /// Writes down that the brake goes on, once. When it goes off by itself, no event tells of what it held back.
    private func judgeBrake(_ world: inout PassWorld, _ record: inout CycleRecord) async {
        var isOnRecord = true
        if let report = world.undecidedStops, !isBraked {
            isOnRecord = await attempt("that the brake is on was not written down", &record) {
                () async throws(StoreError) in
                try await store.write { (transaction) throws(StoreError) in try transaction.recordBrake(report) }
            }
            log(.warning, "the brake is on", ["reason": "\(report)"])
        }
        world.hasReleasedBrake = isBraked && world.undecidedStops == nil
        if world.hasReleasedBrake { note(.followUp, [world.unwantedSource]) }
        // What is not on record is put there by the next pass.
        isBraked = world.undecidedStops != nil && isOnRecord
    }

    /// Whether this pass would have looked at tasks without the safety net, or another one is about to.
    private func isNoted(_ agenda: ConvergenceAgenda, _ world: PassWorld) -> Bool {
        agenda.notesTasks || wakes.isWanted(.due, by: world.now) || wakes.isWanted(.retry, by: world.now)
    }

    /// - Parameter lastEvent: as of `work`.
    private func convergeTasks(
        _ world: PassWorld,
        _ lastEvent: Int64?,
        _ record: inout CycleRecord
    ) async throws(StoreError) {
        let began = clock.now
        let outcome = try await tasks.pass(taskWorld(world))
        await auctioneer.request(tasks: outcome.toAuction)
        if let time = outcome.nextWake { want(.due, by: time) }
        record.add(outcome)
        setAside(outcome.faults, &record)
        if let lastEvent, outcome.lastEvent <= lastEvent { record.add(missed: outcome.news) }
        record.durations.apply += (clock.now - began).nanoseconds
    }

    /// - Parameter lastEvent: given by the safety net: what it finds in a state that is no newer has been missed.
    private func work(
        _ source: CandidateSource,
        _ world: PassWorld,
        _ lastEvent: Int64?,
        _ record: inout CycleRecord
    ) async throws(StoreError) {
        var next: Page? = try await readTimed(source, after: nil, world, &record)
        while let page = next {
            guard let cursor = page.next else { return await settle(page, source, lastEvent, &record) }
            if lastEvent == nil {
                async let ahead = readAhead(source, after: cursor, world)
                await settle(page, source, lastEvent, &record)
                let (outcome, took) = await ahead
                record.durations.read += took
                next = try outcome.get()
            } else {
                // What the net finds counts against the events, so it may not find what the page before has mended.
                await settle(page, source, lastEvent, &record)
                next = try await readTimed(source, after: cursor, world, &record)
            }
        }
    }

    private func readTimed(
        _ source: CandidateSource,
        after cursor: CandidateCursor?,
        _ world: PassWorld,
        _ record: inout CycleRecord
    ) async throws(StoreError) -> Page {
        let began = clock.now
        defer { record.durations.read += (clock.now - began).nanoseconds }
        return try await read(source, after: cursor, world)
    }

    /// - Returns: also how long it took, in nanoseconds: beside what was done with the page before, not after it.
    private func readAhead(
        _ source: CandidateSource,
        after cursor: CandidateCursor,
        _ world: PassWorld
    ) async -> (Result<Page, StoreError>, Int64) {
        let began = clock.now
        do throws(StoreError) {
            let page = try await read(source, after: cursor, world)
            return (.success(page), (clock.now - began).nanoseconds)
        } catch { return (.failure(error), (clock.now - began).nanoseconds) }
    }

    private func settle(
        _ page: Page,
        _ source: CandidateSource,
        _ lastEvent: Int64?,
        _ record: inout CycleRecord
    ) async {
        guard !page.snapshot.instances.isEmpty else { return }
        record.seen.instances[source.name, default: 0] += page.snapshot.instances.count
        await settle(page.snapshot, isMissed: lastEvent.map { page.lastEvent <= $0 } ?? false, &record)
    }

    private func settle(_ snapshot: ConvergenceSnapshot, isMissed: Bool, _ record: inout CycleRecord) async {
        let began = clock.now
        let (plan, contradictions) = PlanChecker(snapshot).sound(MartletConvergence.converge(snapshot))
        if let due = plan.nextDue { want(.due, by: due) }
        let planned = clock.now
        record.durations.plan += (planned - began).nanoseconds
        let retried = retries.isEmpty ? [] : retries.intersection(snapshot.instances.lazy.map(\.id))
        retries.subtract(retried)
        setAside(snapshot.instances.compactMap { records in records.damage.map { "\(records.id): \($0)" } }, &record)
        setAside(contradictions.map { "\($0.instance): the plan contradicts itself: \($0)" }, &record)
        guard !plan.isEmpty else { return }
        record.add(plan, snapshot.brake)
        let missed = isMissed ? missedItems(plan, except: retried) : []
        await apply(plan, snapshot, &record, missed: missed)
        record.durations.apply += (clock.now - planned).nanoseconds
    }

    /// Items that are new to this pass: not tried again, and not held back.
    private func missedItems(
        _ plan: ConvergencePlan,
        except retried: Set<InstanceID>
    ) -> [ConvergencePlan.Item] {
        plan.items.filter { item in
            switch item.verb {
            case .withheld, .update: false
            default: !retried.contains(item.key.id)
            }
        }
    }

    private func apply(
        _ plan: ConvergencePlan,
        _ snapshot: ConvergenceSnapshot,
        _ record: inout CycleRecord,
        missed: [ConvergencePlan.Item]
    ) async {
        let stops = plan.instancesToStop
        let stopping = await stopper.request(stops)
        updater.enqueue(snapshot.records(of: plan.update))
        let outcome = await PlanApplier(store: store, snapshot: snapshot, plan: plan).apply()
        await auctioneer.withdraw((plan.refuse + plan.createRefused + plan.suspectRefused).map(\.key))
        await auctioneer.request(outcome.toAuction)
        retries.formUnion(outcome.failures.lazy.map(\.key.id))
        record.done.applied += outcome.applied
        record.done.stopping += stopping.count
        record.done.stopsRequested += stops.count - stopping.count
        record.done.auctionsRequested += outcome.toAuction.count
        record.add(failures: outcome.failures.map(\.text))
        setAside(outcome.faults.map(\.text), &record)
        record.add(missed: missed.filter { !stopping.contains($0.key) }.map(\.description))
        if !stops.isEmpty { want(.retry, by: clock.now + configuration.stopPatience) }
        wantMore(plan, outcome)
    }

    /// When to look again at what this plan has begun.
    private func wantMore(_ plan: ConvergencePlan, _ outcome: PlanApplier.Outcome) {
        let now = clock.now
        if !outcome.toAuction.isEmpty { want(.due, by: now + configuration.rules.staleAfter) }
        // What has come back is judged by the next pass: it may have to stop now.
        let failed = Set((outcome.failures + outcome.faults).map(\.key))
        let restored = plan.unsuspect.filter { !failed.contains($0) }
        if !restored.isEmpty { note(.followUp, [.instances(restored.map(\.id))]) }
    }
}

extension ConvergenceSnapshot {
    /// The ordinary records of these; nearly always there are none.
    fileprivate func records(of keys: [ActualLRPKey]) -> [ActualLRP] {
        guard !keys.isEmpty else { return [] }
        let wanted = Set(keys)
        return instances.compactMap(\.ordinary).filter { wanted.contains($0.key) }
    }
}

extension ConvergencePlan {
    /// What cells have to be told to stop.
    var instancesToStop: [InstanceStop] {
        (stopEvacuating + retire).compactMap { retired in
            guard case .stop(let instance) = retired.action else { return nil }
            return InstanceStop(key: retired.key, instance: instance)
        }
    }
}
