/// Numbers of the rep's API: an absent one is 0, and sums of those within the range cannot overflow.
enum RepNumber {
    /// What the BBS can express.
    static let range = 0...Int(Int32.max)
}

extension Int? {
    var isFit: Bool { RepNumber.range.contains(self ?? 0) }
    var clamped: Int { Swift.min(Swift.max(self ?? 0, RepNumber.range.lowerBound), RepNumber.range.upperBound) }
}
