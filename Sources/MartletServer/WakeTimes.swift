import MartletModels

/// When the next pass is wanted, and which tasks sleep towards it.
///
/// A sleeping task cannot be told of a new time, so a new one is started only when it has to wake before all others;
/// one that wakes too early sleeps on. So there are never many.
struct WakeTimes {
    enum Fired: Equatable {
        case pass(ConvergenceTrigger)
        case sleep(until: Timestamp)
        /// Another one will wake in time.
        case end
    }

    private var wanted: (trigger: ConvergenceTrigger, at: Timestamp)?
    private var sleepers: [Timestamp] = []

    /// Replaces the wish before.
    mutating func want(_ trigger: ConvergenceTrigger, at time: Timestamp) { wanted = (trigger, time) }

    /// - Returns: when a new task should wake; `nil` when one that sleeps already is early enough.
    mutating func newSleeper() -> Timestamp? {
        guard let wanted, sleepers.allSatisfy({ $0 > wanted.at }) else { return nil }
        sleepers.append(wanted.at)
        return wanted.at
    }

    /// A task that slept until `deadline` asks what to do.
    mutating func fired(_ deadline: Timestamp, now: Timestamp) -> Fired {
        if let position = sleepers.firstIndex(of: deadline) { sleepers.remove(at: position) }
        guard let wanted else { return .end }
        if wanted.at <= now {
            self.wanted = nil
            return .pass(wanted.trigger)
        }
        return newSleeper().map { .sleep(until: $0) } ?? .end
    }
}
