import MartletModels

/// When passes are wanted though nothing happens, and which tasks sleep towards it.
///
/// A sleeping task cannot be told of a new time, so a new one is started only when it has to wake before all others;
/// one that wakes too early sleeps on. So there are never many.
struct WakeTimes {
    enum Fired: Equatable {
        /// In the order of their names.
        case triggers([ConvergenceTrigger])
        case sleep(until: Timestamp)
        /// Another one will wake in time.
        case end
    }

    private var wanted: [ConvergenceTrigger: Timestamp] = [:]
    private var sleepers: [Timestamp] = []

    /// The earliest time that is wanted.
    var next: Timestamp? { wanted.values.min() }

    func isWanted(_ trigger: ConvergenceTrigger, by time: Timestamp) -> Bool {
        wanted[trigger].map { $0 <= time } ?? false
    }

    /// Replaces the wish of that trigger; `nil` takes it back.
    mutating func want(_ trigger: ConvergenceTrigger, at time: Timestamp?) { wanted[trigger] = time }

    /// Keeps an earlier wish of that trigger.
    /// - Returns: whether this one is the earliest of all now.
    @discardableResult
    mutating func want(_ trigger: ConvergenceTrigger, noLaterThan time: Timestamp) -> Bool {
        if let known = wanted[trigger], known <= time { return false }
        let isEarliest = next.map { time < $0 } ?? true
        wanted[trigger] = time
        return isEarliest
    }

    /// - Returns: when a new task should wake; `nil` when one that sleeps already is early enough.
    mutating func newSleeper() -> Timestamp? {
        guard let next, sleepers.allSatisfy({ $0 > next }) else { return nil }
        sleepers.append(next)
        return next
    }

    /// What is wanted by now, in the order of the names; it is wanted no more.
    mutating func takeDue(now: Timestamp) -> [ConvergenceTrigger] {
        let due = wanted.filter { $0.value <= now }.keys.sorted()
        for trigger in due { wanted[trigger] = nil }
        return due
    }

    /// A task that slept until `deadline` asks what to do.
    mutating func fired(_ deadline: Timestamp, now: Timestamp) -> Fired {
        if let position = sleepers.firstIndex(of: deadline) { sleepers.remove(at: position) }
        let due = takeDue(now: now)
        if !due.isEmpty { return .triggers(due) }
        return newSleeper().map { .sleep(until: $0) } ?? .end
    }
}
