public import MartletModels

/// What the last auction of an instance found out about every cell, in words.
public struct PlacementEvidence: Codable, Hashable, Sendable {
    /// What it found out about one cell.
    public struct Cell: Codable, Hashable, Sendable {
        /// Its id.
        public var cell: String
        /// Its availability zone.
        public var zone: String
        /// Everything that speaks against it; empty when it would have fitted.
        public var problems: [String]

        /// - Parameter problems: in words, one a dimension.
        public init(cell: String, zone: String, problems: [String]) {
            self.cell = cell
            self.zone = zone
            self.problems = problems
        }
    }

    /// Nanoseconds since 1970.
    public var atNanoseconds: Int64
    /// The placement error.
    public var text: String
    /// Every cell that was known then, by id.
    public var cells: [Cell]

    /// - Parameter cells: sorted by id.
    public init(at: Timestamp, text: String, cells: [Cell]) {
        atNanoseconds = at.nanoseconds
        self.text = text
        self.cells = cells
    }
}
