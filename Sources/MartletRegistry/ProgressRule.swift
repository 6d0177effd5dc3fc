internal import MartletModels

/// When a broken download is not worth resuming: two breaks in a row, each with little between them.
struct ProgressRule: Sendable {
    /// A break after less than this was no progress.
    static let leastBytes: Int64 = 1 << 20
    static let leastTime = Duration.seconds(60)

    private var lastBreak: (byteCount: Int64, time: Timestamp)?

    init() {}

    /// - Returns: whether to resume after a break at `byteCount`.
    mutating func mayResume(at byteCount: Int64, now: Timestamp) -> Bool {
        defer { lastBreak = (byteCount, now) }
        guard let lastBreak else { return true }
        let isHopeless =
            byteCount - lastBreak.byteCount < Self.leastBytes && lastBreak.time.duration(to: now) < Self.leastTime
        return !isHopeless
    }
}
