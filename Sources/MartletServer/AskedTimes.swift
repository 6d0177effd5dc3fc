import MartletModels

/// When auctions were asked for, forgotten a generation at a time so that nothing is ever searched for what is old.
///
/// A time is remembered for at least `keptFor` and at most twice that.
struct AskedTimes {
    private let keptFor: Duration
    private var current: [ActualLRPKey: Timestamp] = [:]
    private var previous: [ActualLRPKey: Timestamp] = [:]
    private var currentSince: Timestamp?

    init(keptFor: Duration) { self.keptFor = keptFor }

    var count: Int { current.count + previous.count }

    subscript(key: ActualLRPKey) -> Timestamp? { current[key] ?? previous[key] }

    mutating func note(_ keys: some Sequence<ActualLRPKey>, at now: Timestamp) {
        expire(at: now)
        for key in keys { current[key] = now }
    }

    mutating func forget(_ keys: some Sequence<ActualLRPKey>) {
        for key in keys {
            current[key] = nil
            if !previous.isEmpty { previous[key] = nil }
        }
    }

    /// Lets go of what nobody may ask for any more.
    mutating func expire(at now: Timestamp) {
        guard let since = currentSince else {
            currentSince = now
            return
        }
        let age = now - since
        guard age >= keptFor else { return }
        previous = age >= keptFor * 2 ? [:] : current
        current = [:]
        currentSince = now
    }

    /// Everything that was asked for since then. Costs as much as there is.
    func all(since: Timestamp) -> [ActualLRPKey: Timestamp] {
        previous.merging(current) { $1 }.filter { $0.value >= since }
    }
}
