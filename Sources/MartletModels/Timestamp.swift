/// A point in time: signed nanoseconds since the Unix epoch, as on the BBS wire.
///
/// It is also the instant of every clock that Martlet's loops take, so that simulated time and stored time are
/// one type.
public struct Timestamp: Hashable, Comparable, Sendable, InstantProtocol {
    /// Nanoseconds since 1970-01-01T00:00:00Z; negative before.
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public static let epoch = Timestamp(nanoseconds: 0)
    /// Later than anything that can happen: "never expires" of a domain.
    public static let distantFuture = Timestamp(nanoseconds: .max)

    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    public func advanced(by duration: Duration) -> Timestamp {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.nanoseconds)
        return Timestamp(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    public func duration(to other: Timestamp) -> Duration {
        .nanoseconds(other.nanoseconds.subtractingReportingOverflow(nanoseconds).partialValue)
    }

    public static func + (left: Timestamp, right: Duration) -> Timestamp { left.advanced(by: right) }
    public static func - (left: Timestamp, right: Timestamp) -> Duration { right.duration(to: left) }
}

extension Duration {
    /// Whole nanoseconds, saturating at the ends of `Int64` (about 292 years).
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carried) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carried ? (seconds < 0 ? .min : .max) : sum
    }

    /// Whole milliseconds, rounded towards zero.
    public var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
