import MartletModels

/// Who waits for which moment of simulated time; equal moments keep their order.
struct SimulatedTimers {
    enum Wake: Sendable {
        case sleeper(CheckedContinuation<Void, any Error>)
        case call(@Sendable () -> Void)
    }

    private struct Timer {
        let deadline: Timestamp
        let id: Int
        let wake: Wake
    }

    /// The latest first, so that the next one is taken from the end.
    private var timers: [Timer] = []
    private var lastID = 0
    /// Cancelled before they were added.
    private var cancelled: Set<Int> = []

    var isEmpty: Bool { timers.isEmpty }
    var next: Timestamp? { timers.last?.deadline }

    mutating func makeID() -> Int {
        lastID += 1
        return lastID
    }

    mutating func add(at deadline: Timestamp, _ wake: Wake, id: Int? = nil) {
        let timer = Timer(deadline: deadline, id: id ?? makeID(), wake: wake)
        var (low, high) = (0, timers.count)
        while low < high {
            let middle = (low + high) / 2
            if timers[middle].deadline > deadline { low = middle + 1 } else { high = middle }
        }
        timers.insert(timer, at: low)
    }

    mutating func removeDue(at now: Timestamp) -> [Wake] {
        var due: [Wake] = []
        while let last = timers.last, last.deadline <= now {
            due.append(last.wake)
            timers.removeLast()
        }
        return due
    }

    mutating func removeAll() -> [Wake] {
        defer { timers = [] }
        return timers.map(\.wake)
    }

    mutating func wasCancelled(_ id: Int) -> Bool { cancelled.remove(id) != nil }

    /// - Returns: what waited; `nil` when it has not been added yet, or is over.
    mutating func cancel(_ id: Int) -> Wake? {
        guard let position = timers.firstIndex(where: { $0.id == id }) else {
            cancelled.insert(id)
            return nil
        }
        return timers.remove(at: position).wake
    }
}
