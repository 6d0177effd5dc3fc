import MartletConvergence
import MartletModels
import MartletStore

/// Applies a plan to the store: many items a turn, each on its own. Every verb checks again what the plan saw, so an
/// item that came too late does nothing.
struct PlanApplier: Sendable {
    struct Outcome: Sendable {
        var applied = 0
        var failures: [Failure] = []
        /// What failed because a record cannot be read; trying again is of no use.
        var faults: [Failure] = []
        /// Instances that wait for a cell now.
        var toAuction: [ActualLRPKey] = []
    }

    struct Failure: Hashable, Sendable {
        var key: ActualLRPKey
        var text: String
    }

    /// One item as a verb of the store.
    private struct Work: Sendable {
        let verb: ConvergencePlan.Item.Verb
        let key: ActualLRPKey
        var isAuctioned = false
        let apply: @Sendable (inout StoreTransaction) throws(StoreError) -> Void
    }

    /// The writer serves others between two turns.
    private static let turnLimit = 500

    private let store: Store
    private let plan: ConvergencePlan
    /// Of what the plan changes in the store; stops need no records, and there may be very many.
    private let records: [InstanceID: InstanceRecords]

    init(store: Store, snapshot: ConvergenceSnapshot, plan: ConvergencePlan) {
        self.store = store
        self.plan = plan
        let known = Set(plan.keysInStore.lazy.map(\.id))
        let found = snapshot.instances.lazy.filter { known.contains($0.id) }
        records = known.isEmpty ? [:] : Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
    }

    /// Everything but stops and updates, which are asked of cells.
    func apply() async -> Outcome {
        let work = removals() + changes() + refusals() + starts()
        var outcome = Outcome()
        var begin = work.startIndex
        while begin < work.endIndex {
            let end = min(begin + Self.turnLimit, work.endIndex)
            await turn(work[begin..<end], &outcome)
            begin = end
        }
        outcome.toAuction = (outcome.toAuction + plan.auction).sorted()
        return outcome
    }

    private func turn(_ work: ArraySlice<Work>, _ outcome: inout Outcome) async {
        do throws(StoreError) {
            let errors = try await store.write { (transaction) throws(StoreError) -> [StoreError?] in
                var errors: [StoreError?] = []
                for item in work {
                    if case .failure(let error) = transaction.attempt(item.apply) {
                        errors.append(error)
                    } else {
                        errors.append(nil)
                    }
                }
                return errors
            }
            for (item, error) in zip(work, errors) {
                if case .damaged? = error, let error {
                    outcome.faults.append(failure(item, error))
                } else if let error {
                    outcome.failures.append(failure(item, error))
                } else {
                    outcome.applied += 1
                    if item.isAuctioned { outcome.toAuction.append(item.key) }
                }
            }
        } catch { outcome.failures += work.map { failure($0, error) } }
    }

    private func failure(_ item: Work, _ error: StoreError) -> Failure {
        Failure(key: item.key, text: "\(item.verb.rawValue) \(item.key): \(error)")
    }

    private func removals() -> [Work] {
        let recordless = plan.retire.filter { $0.action == .removeRecord }
        return plan.removeEvacuating.map { remove($0, .evacuating, .removeEvacuating) }
            + plan.removeSuspect.map { remove($0, .suspect, .removeSuspect) }
            + plan.stopEvacuating.filter { $0.action == .removeRecord }.map {
                remove($0.key, .evacuating, .stopEvacuating)
            } + recordless.map { remove($0.key, .ordinary, .retire) }
    }

    private func remove(
        _ key: ActualLRPKey,
        _ presence: ActualLRP.Presence,
        _ verb: ConvergencePlan.Item.Verb
    ) -> Work {
        let tag = record(key, presence)?.modificationTag
        return Work(verb: verb, key: key) { (transaction) throws(StoreError) in
            do throws(StoreError) { try transaction.removeRecord(key, presence: presence, ifStill: tag) } catch {
                if case .notFound = error { return }
                throw error
            }
        }
    }

    private func changes() -> [Work] {
        plan.unsuspect.compactMap { key in
            guard let cell = record(key, .suspect)?.instanceKey?.cellID else { return nil }
            return Work(verb: .unsuspect, key: key) { (transaction) throws(StoreError) in
                try transaction.restore(key, returnedCell: cell)
            }
        } + plan.unclaim.map { unclaim($0, .unclaim, isAuctioned: true) }
    }

    private func unclaim(_ key: ActualLRPKey, _ verb: ConvergencePlan.Item.Verb, isAuctioned: Bool) -> Work {
        let tag = record(key, .ordinary)?.modificationTag
        return Work(verb: verb, key: key, isAuctioned: isAuctioned) { (transaction) throws(StoreError) in
            try transaction.unclaim(key, ifStill: tag)
        }
    }

    private func refusals() -> [Work] {
        plan.refuse.map { refused in
            Work(verb: .refuse, key: refused.key) { (transaction) throws(StoreError) in
                try transaction.fail(refused.key, placementError: refused.placementError)
            }
        }
            + plan.createRefused.map { refused in
                Work(verb: .createRefused, key: refused.key) { (transaction) throws(StoreError) in
                    guard try transaction.createMissing(refused.key) else { return }
                    try transaction.fail(refused.key, placementError: refused.placementError)
                }
            }
            + plan.suspectRefused.compactMap { refused in
                guard let cell = record(refused.key, .ordinary)?.instanceKey?.cellID else { return nil }
                return Work(verb: .suspectRefused, key: refused.key) { (transaction) throws(StoreError) in
                    guard try !transaction.suspect(refused.key, lostCell: cell).isEmpty else { return }
                    try transaction.fail(refused.key, placementError: refused.placementError)
                }
            }
    }

    /// Everything that ends in an auction.
    private func starts() -> [Work] {
        plan.suspect.compactMap { key in
            guard let cell = record(key, .ordinary)?.instanceKey?.cellID else { return nil }
            return Work(verb: .suspect, key: key, isAuctioned: true) { (transaction) throws(StoreError) in
                try transaction.suspect(key, lostCell: cell)
            }
        }
            + plan.create.map { key in
                Work(verb: .create, key: key, isAuctioned: true) { (transaction) throws(StoreError) in
                    _ = try transaction.createMissing(key)
                }
            } + plan.restart.map { unclaim($0, .restart, isAuctioned: true) }
    }

    private func record(_ key: ActualLRPKey, _ presence: ActualLRP.Presence) -> ActualLRP? {
        records[key.id]?.record(presence)
    }
}

extension ConvergencePlan {
    /// Of the items whose verbs need to know what the plan has seen.
    fileprivate var keysInStore: [ActualLRPKey] {
        let recordless = (retire + stopEvacuating).filter { $0.action == .removeRecord }
        return removeEvacuating + removeSuspect + recordless.map(\.key) + unsuspect + unclaim
            + suspectRefused.map(\.key) + suspect + restart
    }
}
