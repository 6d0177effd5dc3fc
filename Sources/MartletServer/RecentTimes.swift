import MartletModels

/// When things were asked for, forgotten a generation at a time so that nothing is ever searched for what is old.
///
/// A time is remembered for at least `keptFor` and at most twice that.
struct RecentTimes<Key: Hashable & Sendable> {
    private let keptFor: Duration
    private var current: [Key: Timestamp] = [:]
    private var previous: [Key: Timestamp] = [:]
    private var currentSince: Timestamp?

    init(keptFor: Duration) { self.keptFor = keptFor }

    var count: Int { current.count + previous.count }

    subscript(key: Key) -> Timestamp? { current[key] ?? previous[key] }

    mutating func note(_ keys: some Sequence<Key>, at now: Timestamp) {
        expire(at: now)
        for key in keys { current[key] = now }
    }

    mutating func note(_ key: Key, at now: Timestamp) { note(CollectionOfOne(key), at: now) }

    mutating func forget(_ key: Key) { forget(CollectionOfOne(key)) }

    mutating func forget(_ keys: some Sequence<Key>) {
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
}
