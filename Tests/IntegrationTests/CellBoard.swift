import MartletCell
import MartletLinux
import MartletModels

/// A BBS for one cell, in memory: its transitions are the real ones.
final class CellBoard: BulletinBoard {
    struct State: Sendable {
        var desired: [ProcessGUID: DesiredLRP] = [:]
        var actual: [ActualLRPKey: ActualLRP] = [:]
    }

    private let state = Locked(State())

    func desire(_ desired: DesiredLRP) {
        state.withLock { state in
            state.desired[desired.processGUID] = desired
            for key in desired.keys { state.actual[key] = ActualLRP(unclaimed: key, at: .epoch, epoch: "e") }
        }
    }

    func record(_ key: ActualLRPKey) -> ActualLRP? { state.withLock { $0.actual[key] } }

    func claim(_ key: ActualLRPKey, by instance: ActualLRPInstanceKey) async throws(BulletinBoardError) {
        try change(key, .cannotBeClaimed) { (lrp) throws(TransitionError) in try lrp.claim(by: instance, at: .epoch) }
    }

    func start(_ key: ActualLRPKey, as start: ActualLRPStart) async throws(BulletinBoardError) {
        try change(key, .cannotBeStarted) { (lrp) throws(TransitionError) in try lrp.start(start, at: .epoch) }
    }

    func crash(
        _ key: ActualLRPKey,
        of instance: ActualLRPInstanceKey,
        reason: String
    ) async throws(BulletinBoardError) {
        try change(key, .refused("crash")) { (lrp) throws(TransitionError) in
            _ = try lrp.crash(instance, reason: reason, policy: RestartPolicy(), at: .epoch)
        }
    }

    func remove(_ key: ActualLRPKey, heldBy instance: ActualLRPInstanceKey) async throws(BulletinBoardError) {
        state.withLock { $0.actual[key] = nil }
    }

    func desired(_ processGUID: ProcessGUID) async throws(BulletinBoardError) -> DesiredLRP {
        guard let desired = state.withLock({ $0.desired[processGUID] }) else { throw .notFound }
        return desired
    }

    func actualLRPs(on cell: CellID) async throws(BulletinBoardError) -> [ActualLRP] {
        state.withLock { $0.actual.values.filter { $0.instanceKey?.cellID == cell } }
    }

    func announce(_ presence: CellPresence, session: String, ttl: Duration) async throws(BulletinBoardError) {}

    private func change(
        _ key: ActualLRPKey,
        _ refusal: BulletinBoardError,
        _ body: (inout ActualLRP) throws(TransitionError) -> Void
    ) throws(BulletinBoardError) {
        try state.withLock { state throws(BulletinBoardError) in
            guard var actual = state.actual[key] else { throw .notFound }
            do throws(TransitionError) { try body(&actual) } catch { throw refusal }
            state.actual[key] = actual
        }
    }
}
