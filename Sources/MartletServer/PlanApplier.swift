import MartletConvergence
import MartletModels
import MartletStore

/// Applies a plan item by item. Every verb checks again what the plan saw, so an item that came too late does nothing.
struct PlanApplier: Sendable {
    struct Outcome: Sendable {
        var applied = 0
        /// Instances whose cell is stopping them already.
        var stopping = 0
        var failures: [String] = []
        /// Instances that wait for a cell now.
        var toAuction: [ActualLRPKey] = []
    }

    private let store: Store
    private let stopper: InstanceStopper
    private let records: [RecordID: ActualLRP]

    init(store: Store, stopper: InstanceStopper, snapshot: ConvergenceSnapshot) {
        (self.store, self.stopper) = (store, stopper)
        records = Dictionary(snapshot.actual.map { (RecordID($0.key, $0.presence), $0) }) { first, _ in first }
    }

    func apply(_ plan: ConvergencePlan) async -> Outcome {
        var outcome = Outcome()
        await stop(plan.stopEvacuating + plan.retire, &outcome)
        await change(plan.removeEvacuating, "remove-evacuating", &outcome) { key throws(StoreError) in
            try await remove(key, .evacuating)
        }
        await change(plan.removeSuspect, "remove-suspect", &outcome) { key throws(StoreError) in
            try await remove(key, .suspect)
        }
        await change(plan.unsuspect, "unsuspect", &outcome) { key throws(StoreError) in try await unsuspect(key) }
        await change(plan.unclaim, "unclaim", &outcome) { key throws(StoreError) in
            try await store.unclaim(key, ifStill: tag(of: key))
        }
        await refuse(plan, &outcome)
        await start(plan, &outcome)
        return outcome
    }

    private func refuse(_ plan: ConvergencePlan, _ outcome: inout Outcome) async {
        await change(plan.refuse, "refuse", &outcome) { refused throws(StoreError) in
            try await store.fail(refused.key, placementError: refused.placementError)
        }
        await change(plan.createRefused, "create-refused", &outcome) { refused throws(StoreError) in
            try await store.write { (transaction) throws(StoreError) in
                guard try transaction.createMissing(refused.key) else { return }
                try transaction.fail(refused.key, placementError: refused.placementError)
            }
        }
        await change(plan.suspectRefused, "suspect-refused", &outcome) { refused throws(StoreError) in
            guard let cell = cell(of: refused.key, .ordinary) else { return }
            try await store.write { (transaction) throws(StoreError) in
                guard try !transaction.suspect(refused.key, lostCell: cell).isEmpty else { return }
                try transaction.fail(refused.key, placementError: refused.placementError)
            }
        }
    }

    /// Everything that ends in an auction.
    private func start(_ plan: ConvergencePlan, _ outcome: inout Outcome) async {
        let suspects = await change(plan.suspect, "suspect", &outcome) { key throws(StoreError) in
            guard let cell = cell(of: key, .ordinary) else { return }
            try await store.suspect(key, lostCell: cell)
        }
        let created = await change(plan.create, "create", &outcome) { key throws(StoreError) in
            _ = try await store.createMissing(key)
        }
        let restarted = await change(plan.restart, "restart", &outcome) { key throws(StoreError) in
            try await store.unclaim(key, ifStill: tag(of: key))
        }
        outcome.toAuction = (suspects + created + restarted + plan.auction).sorted()
    }

    /// Stops what a cell holds, and removes the records that no cell holds.
    private func stop(_ retired: [RetiredInstance], _ outcome: inout Outcome) async {
        // Mostly waiting for cells: one that hangs must not hold up what others stop.
        let results = await inParallel(retired, limit: 1_000) { await stop($0) }
        outcome.stopping += results.count { $0 == .stopping }
        count(results.map { $0 == .done }, results.compactMap(\.failure), &outcome)
    }

    private enum Stopped: Hashable {
        case done
        case stopping
        case failed(String)

        var failure: String? {
            guard case .failed(let text) = self else { return nil }
            return text
        }
    }

    private func stop(_ retired: RetiredInstance) async -> Stopped {
        switch retired.action {
        case .stop(let instance):
            if await stopper.isStopping(instance) { return .stopping }
            guard case .failed(let error) = await stopper.stop(retired.key, instance) else { return .done }
            return .failed("retire \(retired.key): \(error)")
        case .removeRecord:
            do throws(StoreError) { try await remove(retired.key, .ordinary) } catch {
                return .failed("retire \(retired.key): \(error)")
            }
            return .done
        }
    }

    private func remove(_ key: ActualLRPKey, _ presence: ActualLRP.Presence) async throws(StoreError) {
        let tag = records[RecordID(key, presence)]?.modificationTag
        do throws(StoreError) { try await store.removeRecord(key, presence: presence, ifStill: tag) } catch {
            if case .notFound = error { return }
            throw error
        }
    }

    private func unsuspect(_ key: ActualLRPKey) async throws(StoreError) {
        guard let cell = cell(of: key, .suspect) else { return }
        try await store.restore(key, returnedCell: cell)
    }

    /// - Returns: the items that were applied.
    @discardableResult
    private func change<Item: Sendable>(
        _ items: [Item],
        _ verb: String,
        _ outcome: inout Outcome,
        _ apply: @escaping @Sendable (Item) async throws(StoreError) -> Void
    ) async -> [Item] {
        let errors = await inParallel(items) { item -> String? in
            do throws(StoreError) {
                try await apply(item)
                return nil
            } catch { return "\(verb) \(item): \(error)" }
        }
        count(errors.map { $0 == nil }, errors.compactMap(\.self), &outcome)
        return zip(items, errors).compactMap { item, error in error == nil ? item : nil }
    }

    private func count(_ applied: [Bool], _ failures: [String], _ outcome: inout Outcome) {
        outcome.applied += applied.count { $0 }
        outcome.failures += failures
    }

    private func cell(of key: ActualLRPKey, _ presence: ActualLRP.Presence) -> CellID? {
        records[RecordID(key, presence)]?.instanceKey?.cellID
    }

    private func tag(of key: ActualLRPKey) -> ModificationTag? { records[RecordID(key, .ordinary)]?.modificationTag }
}

/// One record: at most one of each presence exists for a key.
private struct RecordID: Hashable, Sendable {
    let key: ActualLRPKey
    let presence: ActualLRP.Presence

    init(_ key: ActualLRPKey, _ presence: ActualLRP.Presence) { (self.key, self.presence) = (key, presence) }
}
