/// The score of section 1.7 in whole units of 2^-30.
///
/// Whole units make sums exact, so that cells keep their order when the same offset is added to all of them, and
/// loads that are equal but for the rounding of a division are a tie.
struct Score: Hashable, Comparable, Sendable {
    private var units: Int64

    private static let one = Double(1 << 30)
    /// Beyond any load and weight that means something, and far from overflow with any number of neighbours.
    private static let limit = Double(1 << 60)

    init(_ value: Double) {
        let scaled = (value * Self.one).rounded()
        units = scaled.isNaN ? Int64(Self.limit) : Int64(min(max(scaled, -Self.limit), Self.limit))
    }

    /// The same cell with so many instances of the same process (or tasks) on it.
    func with(neighbours: Int) -> Score {
        var score = self
        score.units &+= Int64(clamping: neighbours) &* Int64(AuctionConfiguration.localityOffset * Self.one)
        return score
    }

    static func < (left: Score, right: Score) -> Bool { left.units < right.units }
}
