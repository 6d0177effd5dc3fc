import MartletAuction
import MartletModels

/// The last refusals, for whoever wants to know why an instance does not run.
///
/// Bounded, the oldest goes first. An instance that still waits is refused again every 30 s, so what is much older is
/// about nothing that waits and is not told.
struct RefusalMemory {
    typealias Remembered = Auctioneer.RememberedRefusal

    private struct Batch {
        var number: Int
        var at: Timestamp
        var keys: [ActualLRPKey]
        var verdictCount: Int
    }

    private let keyLimit: Int
    private let verdictLimit: Int
    private var remembered: [ActualLRPKey: (batch: Int, refusal: Remembered)] = [:]
    private var batches: [Batch] = []
    private var nextBatch = 0
    private var verdictCount = 0
    private var keyCount = 0

    /// - Parameters:
    ///   - keyLimit: instances, about 200 bytes each.
    ///   - verdictLimit: verdicts on cells, about 130 bytes each; refusals for one reason share theirs.
    init(keyLimit: Int = 100_000, verdictLimit: Int = 524_288) {
        (self.keyLimit, self.verdictLimit) = (keyLimit, verdictLimit)
    }

    var count: Int { remembered.count }

    /// - Parameter verdictCount: verdicts that these refusals hold, shared ones counted once.
    mutating func remember(_ refusals: [PlacementRefusal], verdictCount: Int, at now: Timestamp, began: Timestamp) {
        forget(before: now.advanced(by: .zero - Self.lifetime))
        guard !refusals.isEmpty else { return }
        let kept = refusals.suffix(keyLimit)
        for refusal in kept {
            remembered[refusal.key] = (nextBatch, Remembered(at: now, began: began, refusal: refusal))
        }
        batches.append(Batch(number: nextBatch, at: now, keys: kept.map(\.key), verdictCount: verdictCount))
        nextBatch += 1
        self.verdictCount += verdictCount
        keyCount += kept.count
        while keyCount > keyLimit || (self.verdictCount > verdictLimit && batches.count > 1) { forgetOldest() }
    }

    mutating func forget(_ keys: some Sequence<ActualLRPKey>) {
        guard !remembered.isEmpty else { return }
        for key in keys { remembered[key] = nil }
    }

    func refusals(of keys: some Sequence<ActualLRPKey>, at now: Timestamp) -> [ActualLRPKey: Remembered] {
        let oldest = now.advanced(by: .zero - Self.lifetime)
        var found: [ActualLRPKey: Remembered] = [:]
        for key in keys {
            guard let refusal = remembered[key]?.refusal, refusal.at >= oldest else { continue }
            found[key] = refusal
        }
        return found
    }

    func all(at now: Timestamp) -> [ActualLRPKey: Remembered] { refusals(of: remembered.keys, at: now) }

    private mutating func forget(before time: Timestamp) {
        while let oldest = batches.first, oldest.at < time { forgetOldest() }
    }

    private mutating func forgetOldest() {
        let oldest = batches.removeFirst()
        for key in oldest.keys where remembered[key]?.batch == oldest.number { remembered[key] = nil }
        verdictCount -= oldest.verdictCount
        keyCount -= oldest.keys.count
    }

    static let lifetime = Duration.seconds(600)
}
