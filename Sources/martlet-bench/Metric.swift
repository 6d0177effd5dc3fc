/// One thing that was measured at one size.
struct Metric: Encodable, Sendable {
    var name: String
    /// `ms`, `count` or `MiB`.
    var unit: String
    /// Rows that were changed by what was measured; `nil` when the cost should not grow at all.
    var rows: Int?
    /// Sorted.
    var samples: [Double]

    init(_ name: String, _ unit: String, rows: Int? = nil, _ samples: [Double]) {
        (self.name, self.unit, self.rows, self.samples) = (name, unit, rows, samples.sorted())
    }

    var median: Double { percentile(50) }

    /// The smallest sample that so many percent do not exceed.
    func percentile(_ percent: Int) -> Double {
        guard !samples.isEmpty else { return 0 }
        return samples[min(samples.count - 1, samples.count * percent / 100)]
    }
}

/// All that was measured at one size.
struct TrialResult: Encodable, Sendable {
    var size: Int
    var cells: Int
    var metrics: [Metric]
}
