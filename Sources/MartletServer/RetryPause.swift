/// How long to wait before what has failed is tried again: twice as long each time that something fails again.
struct RetryPause {
    private let first: Duration
    private let longest: Duration
    private var next: Duration

    init(first: Duration, longest: Duration) {
        (self.first, self.longest) = (first, max(first, longest))
        next = first
    }

    /// The pause after one more failure.
    mutating func take() -> Duration {
        defer { next = min(next * 2, longest) }
        return next
    }

    /// All went well.
    mutating func reset() { next = first }
}
