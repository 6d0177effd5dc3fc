/// What an operator may set about placement; the defaults are Diego's (auctioneer section 8.1).
public struct AuctionConfiguration: Hashable, Sendable {
    /// How much a container that is being created counts against its cell; 1 is a whole empty cell. Not negative: a
    /// cell does not become a better place by what it is given.
    public var startingContainerWeight: Double {
        didSet { startingContainerWeight = max(0, startingContainerWeight) }
    }
    /// Containers that may be in creation on all cells together; 0 or less is no limit.
    public var startingContainerCountMaximum: Int

    /// Counts against a cell for each instance of the same process on it; dominates every other term.
    static let localityOffset = 1_000.0

    public init(startingContainerWeight: Double = 0.25, startingContainerCountMaximum: Int = 0) {
        self.startingContainerWeight = max(0, startingContainerWeight)
        self.startingContainerCountMaximum = startingContainerCountMaximum
    }
}
