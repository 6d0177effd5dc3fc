public import MartletModels

/// Why an instance was not placed: the reference's text, and a verdict on every cell in every dimension.
public struct PlacementRefusal: Error, Hashable, Sendable {
    public var key: ActualLRPKey
    /// Literally one of the texts of auctioneer section 1.8; what a client reads as the placement error.
    public var text: String
    /// Set when the limit of containers in creation was reached, so that no cell was tried.
    public var inFlightLimit: InFlightLimit?
    /// One for every cell that was known, by cell id, as it stood when this instance's turn came.
    ///
    /// Shared by all that were refused for the same reason. In an auction that refuses for very many different ones,
    /// as it stood when the same was refused before, or none.
    public var verdicts: [CellVerdict]

    public init(
        key: ActualLRPKey,
        text: String,
        inFlightLimit: InFlightLimit? = nil,
        verdicts: [CellVerdict]
    ) {
        self.key = key
        self.text = text
        self.inFlightLimit = inFlightLimit
        self.verdicts = verdicts
    }

    /// The limit that stood in the way, and how many containers were in creation.
    public struct InFlightLimit: Hashable, Sendable {
        public var maximum: Int
        public var starting: Int

        public init(maximum: Int, starting: Int) { (self.maximum, self.starting) = (maximum, starting) }
    }
}

/// What speaks against one cell; nothing means that it could have taken the instance.
public struct CellVerdict: Hashable, Sendable {
    public var cellID: CellID
    /// Empty when the cell could not be asked.
    public var zone: String
    /// In the order of the dimensions: reachable, root file system, volumes, tags, disk, memory, containers.
    public var problems: [PlacementProblem]

    public init(cellID: CellID, zone: String, problems: [PlacementProblem]) {
        self.cellID = cellID
        self.zone = zone
        self.problems = problems
    }
}
