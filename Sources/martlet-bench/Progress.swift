import MartletLinux

/// Counts what cells have done, and lets one wait for it.
final class Progress: Sendable {
    enum Kind: Int, CaseIterable, Sendable {
        case running, stopAsked, removed, refused
    }

    private struct Waiter {
        var kind: Kind
        var count: Int
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var counts = Array(repeating: 0, count: Kind.allCases.count)
        var waiters: [Waiter] = []
    }

    private let state = Locked(State())

    func add(_ kind: Kind) {
        let due = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.counts[kind.rawValue] += 1
            guard !state.waiters.isEmpty else { return [] }
            let counts = state.counts
            let due = state.waiters.filter { counts[$0.kind.rawValue] >= $0.count }.map(\.continuation)
            state.waiters.removeAll { counts[$0.kind.rawValue] >= $0.count }
            return due
        }
        for continuation in due { continuation.resume() }
    }

    func count(_ kind: Kind) -> Int { state.withLock { $0.counts[kind.rawValue] } }

    /// Returns when so many have been counted since the beginning.
    func wait(for kind: Kind, _ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state -> Bool in
                if state.counts[kind.rawValue] >= count { return true }
                state.waiters.append(Waiter(kind: kind, count: count, continuation: continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}
