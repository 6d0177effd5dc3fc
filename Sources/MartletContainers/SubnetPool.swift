/// Numbers of the /30 networks of the pool; the lowest free one first.
struct SubnetPool: Hashable, Sendable {
    let count: Int
    private var used: Set<Int> = []
    /// No number below it is free.
    private var lowest = 0

    init(count: Int) {
        self.count = count
    }

    mutating func take() -> Int? {
        while lowest < count && used.contains(lowest) { lowest += 1 }
        guard lowest < count else { return nil }
        used.insert(lowest)
        return lowest
    }

    mutating func reserve(_ number: Int) { used.insert(number) }

    mutating func release(_ number: Int) {
        used.remove(number)
        lowest = min(lowest, number)
    }
}
