import MartletLinux
import MartletRegistry

/// Where a pull gets its layers: another one may succeed where this failed only if it differs here.
struct LayerOrigin: Hashable, Sendable {
    let domain: String
    let path: String
    let credentials: RegistryCredentials?
}

/// Which layers are being made right now, so that each is made once however many pulls need it.
///
/// A pull claims what nobody makes and waits for the rest. One that gives up lands its layers as `.open`; whoever waited
/// looks again and may claim them.
final class Flights: Sendable {
    /// How the making of a layer ended.
    enum Landing: Hashable, Sendable {
        /// It is in the store, or may be claimed by somebody else.
        case open
        /// It cannot be made from there; trying the same again at once would fail in the same way.
        case failed(ImageError, from: LayerOrigin)
        /// The waiting task was cancelled.
        case cancelled
    }

    private typealias Waiter = CheckedContinuation<Landing, Never>

    private struct State {
        var flying: [ChainID: [Int: Waiter]] = [:]
        var lastTicket = 0
    }

    private let state = Locked(State())

    /// Takes those that nobody makes.
    /// - Returns: which of them are the caller's now; it must land each.
    func claim(_ chainIDs: [ChainID]) -> Set<ChainID> {
        state.withLock { state in
            var mine: Set<ChainID> = []
            for chainID in chainIDs where state.flying[chainID] == nil {
                state.flying[chainID] = [:]
                mine.insert(chainID)
            }
            return mine
        }
    }

    /// Ends the making of a layer that the caller claimed.
    func land(_ chainID: ChainID, _ landing: Landing) {
        let waiters: [Waiter] = state.withLock { state in
            state.flying.removeValue(forKey: chainID).map { Array($0.values) } ?? []
        }
        for waiter in waiters { waiter.resume(returning: landing) }
    }

    /// Waits until the making of a layer ends; `.open` when nobody makes it.
    func wait(for chainID: ChainID) async -> Landing {
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { register(chainID, ticket, $0) }
        } onCancel: {
            let waiter: Waiter? = state.withLock { $0.flying[chainID]?.removeValue(forKey: ticket) }
            waiter?.resume(returning: .cancelled)
        }
    }

    private func register(_ chainID: ChainID, _ ticket: Int, _ waiter: Waiter) {
        let landing: Landing? = state.withLock { state in
            guard state.flying[chainID] != nil else { return .open }
            // The handler ran before there was anything to resume.
            guard !Task.isCancelled else { return .cancelled }
            state.flying[chainID]?[ticket] = waiter
            return nil
        }
        if let landing { waiter.resume(returning: landing) }
    }
}
