import MartletLinux
import MartletModels

@testable import MartletCell

/// The BBS as far as a cell sees it, with the real transitions.
final class FakeBoard: Sendable {
    struct State: Sendable {
        var desired: [ProcessGUID: DesiredLRP] = [:]
        var actual: [ActualLRPKey: ActualLRP] = [:]
        var presences: [(presence: CellPresence, session: String)] = []
        var calls: [String] = []
        /// The flag is off: every claim and start is refused.
        var refusesAll = false
        var isUnreachable = false
    }

    let state = Locked(State())

    func desire(_ desired: DesiredLRP) {
        state.withLock { state in
            state.desired[desired.processGUID] = desired
            for key in desired.keys { state.actual[key] = ActualLRP(unclaimed: key, at: .epoch, epoch: "e") }
        }
    }

    func put(_ actual: ActualLRP) { state.withLock { $0.actual[actual.key] = actual } }
    func record(_ key: ActualLRPKey) -> ActualLRP? { state.withLock { $0.actual[key] } }
    var calls: [String] { state.withLock { $0.calls } }

    fileprivate func change(
        _ call: String,
        _ body: (inout State) throws(BulletinBoardError) -> Void
    ) throws(BulletinBoardError) {
        try state.withLock { state throws(BulletinBoardError) in
            state.calls.append(call)
            if state.isUnreachable { throw .unreachable("connection refused") }
            try body(&state)
        }
    }
}

/// The fake as one life of an agent reaches it.
struct SimulatedBoard: BulletinBoard {
    let board: FakeBoard
    var life = Life()

    private func around(
        _ call: String,
        _ body: (inout FakeBoard.State) throws(BulletinBoardError) -> Void
    ) async throws(BulletinBoardError) {
        guard await life.step() else { throw .unreachable("dead") }
        try board.change(call, body)
        guard await life.step() else { throw .unreachable("dead") }
    }

    func claim(_ key: ActualLRPKey, by instance: ActualLRPInstanceKey) async throws(BulletinBoardError) {
        try await around("claim \(key)") { state throws(BulletinBoardError) in
            if state.refusesAll { throw .cannotBeClaimed }
            guard var actual = state.actual[key] else { throw .notFound }
            do throws(TransitionError) { try actual.claim(by: instance, at: .epoch) } catch { throw .cannotBeClaimed }
            state.actual[key] = actual
        }
    }

    func start(_ key: ActualLRPKey, as start: ActualLRPStart) async throws(BulletinBoardError) {
        try await around("start \(key)") { state throws(BulletinBoardError) in
            if state.refusesAll { throw .cannotBeStarted }
            guard var actual = state.actual[key] else {
                state.actual[key] = ActualLRP(running: key, start, at: .epoch, epoch: "e")
                return
            }
            do throws(TransitionError) { try actual.start(start, at: .epoch) } catch { throw .cannotBeStarted }
            state.actual[key] = actual
        }
    }

    func crash(
        _ key: ActualLRPKey,
        of instance: ActualLRPInstanceKey,
        reason: String
    ) async throws(BulletinBoardError) {
        try await around("crash \(key): \(reason)") { state throws(BulletinBoardError) in
            guard var actual = state.actual[key] else { throw .notFound }
            do throws(TransitionError) {
                _ = try actual.crash(instance, reason: reason, policy: RestartPolicy(), at: .epoch)
            } catch { throw .refused("cannot crash actual LRP") }
            state.actual[key] = actual
        }
    }

    func remove(_ key: ActualLRPKey, heldBy instance: ActualLRPInstanceKey) async throws(BulletinBoardError) {
        try await around("remove \(key)") { state throws(BulletinBoardError) in
            guard let actual = state.actual[key] else { throw .notFound }
            guard actual.mayBeRemoved(by: instance) else { throw .refused("cannot remove actual LRP") }
            state.actual[key] = nil
        }
    }

    func desired(_ processGUID: ProcessGUID) async throws(BulletinBoardError) -> DesiredLRP {
        var found: DesiredLRP?
        try await around("desired \(processGUID)") { state throws(BulletinBoardError) in
            guard let desired = state.desired[processGUID] else { throw .notFound }
            found = desired
        }
        guard let found else { throw .notFound }
        return found
    }

    func actualLRPs(on cell: CellID) async throws(BulletinBoardError) -> [ActualLRP] {
        var found: [ActualLRP] = []
        try await around("list") { state throws(BulletinBoardError) in
            found = state.actual.values.filter { $0.instanceKey?.cellID == cell }
        }
        return found
    }

    func announce(
        _ presence: CellPresence,
        session: String,
        ttl: Duration
    ) async throws(BulletinBoardError) {
        try await around("announce") { state throws(BulletinBoardError) in
            state.presences.append((presence, session))
        }
    }
}
